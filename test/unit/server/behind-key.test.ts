import { describe, expect, it } from 'vitest';
import { behindKey } from '../../../src/server/behind-key.ts';
import { AuthenticationUnavailable } from '../../../src/tenancy/authentication.ts';
import { caller } from '../../support/fake-services.ts';

const GOOD = 'Basic bmFtZTprZXk=';

describe('a page behind a key', () => {
  const page = behindKey(
    {
      authenticate: async ({ authorization }) =>
        authorization === GOOD ? { principal: caller, expiresAt: null } : null,
      onChanged: () => () => {},
    },
    async () => new Response('the page'),
  );

  it('is shown to who has one', async () => {
    const response = await page(asking({ authorization: GOOD }));
    expect(await response.text()).toBe('the page');
  });

  it.each([
    {},
    { authorization: 'Basic bmFtZTpndWVzcw==' },
  ])('is asked for by %j', async (headers) => {
    const response = await page(asking(headers));
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Basic realm="Sluice", charset="UTF-8"');
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await response.text()).not.toContain('the page');
  });
});

it('a page behind a key that nobody can check now is not shown, and not asked for another', async () => {
  const page = behindKey(
    {
      authenticate: () => Promise.reject(new AuthenticationUnavailable(new Error('no network'))),
      onChanged: () => () => {},
    },
    async () => new Response('the page'),
  );
  const response = await page(asking({ authorization: GOOD }));
  expect(response.status).toBe(503);
  expect(response.headers.get('www-authenticate')).toBeNull();
  expect(await response.text()).not.toMatch(/no network|the page/);
});

function asking(headers: Record<string, string>): Request {
  return new Request('http://gateway/graphql', { headers });
}
