import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGraphqlServer, type TestServer } from '../support/graphql-server.ts';

/** The audits of graphql-http 1.23. One that is new or gone should be looked at. */
const AUDIT_IDS = `
  22EB 4655 47DE 80D8 82A3 BF61 78D5 2C94 5A70 9C48 9ABE 03D4 A5BF 423L LKJ0 LKJ1 LKJ2 LKJ3 34A2 13EE 6C00
  6C01 6C02 6C03 8161 B8B3 94B0 0220 94B1 0221 94B2 0222 4760 4761 4762 4763 2EA1 28B9 D6D5 6A70 58B0 58B1
  58B2 58B3 428F 1B7A B6DC BCF8 B7N8 8764 3E3A 572B FDE2 7B9B 865D 556A D586 51FE 74FF 5E5B 86EE
`;

describe('GraphQL over HTTP, as graphql-http audits it', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startGraphqlServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const audits = serverAudits({ url: () => server.url });

  it('is audited in all 61 respects', () => {
    expect(audits.map(({ id }) => id)).toEqual(AUDIT_IDS.trim().split(/\s+/));
  });

  it.each(audits)('$id $name', async ({ fn }) => {
    const result = await fn();
    expect(result.status, 'reason' in result ? result.reason : '').toBe('ok');
  });
});
