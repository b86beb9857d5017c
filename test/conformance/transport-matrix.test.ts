import { GraphQLError, getIntrospectionQuery } from 'graphql';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/domain/errors.ts';
import { countedGenerations } from '../support/counted-generations.ts';
import { fakeGenerations } from '../support/fake-services.ts';
import { startGraphqlServer } from '../support/graphql-server.ts';
import { ASK, FOLLOW, HEALTH, input } from '../support/operations.ts';
import { transports } from '../support/transports.ts';

const generate = 'generate(input: { prompt: "Hi" }) { __typename }';

/** What is wrong with the operation itself. What a policy refuses is in policies.test.ts. */
const mistakes: readonly [code: string, when: string, query: string][] = [
  ['GRAPHQL_PARSE_FAILED', 'it has a syntax error', `{ ${generate}`],
  ['GRAPHQL_VALIDATION_FAILED', 'it selects what is not there', `{ ${generate} nothing }`],
  [
    'OPERATION_RESOLUTION_FAILURE',
    'it does not say which operation to run',
    `query A { ${generate} } query B { ${generate} }`,
  ],
];

describe.each(transports)('over $name', ({ run }) => {
  it('a query is answered', async () => {
    await using server = await startGraphqlServer();
    const results = await run(server, { query: ASK, variables: { input } });
    expect(results).toMatchObject([{ data: { generate: { text: 'It is Paris.' } } }]);
  });

  it('a mutation is answered', async () => {
    await using server = await startGraphqlServer();
    const results = await run(server, { query: `mutation { ${generate} }` });
    expect(results).toEqual([{ data: { generate: { __typename: 'Generation' } } }]);
  });

  it('the schema is told where introspection is on', async () => {
    await using server = await startGraphqlServer();
    const [result] = await run(server, { query: getIntrospectionQuery() });
    expect(result).toHaveProperty('data.__schema.types');
  });

  it.each(mistakes)('%s is answered when %s, and nothing runs', async (code, _when, query) => {
    const { service, asked } = countedGenerations();
    await using server = await startGraphqlServer({ services: { generations: service } });
    const results = await run(server, { query });
    expect(results).toMatchObject([{ errors: [{ extensions: { code } }] }]);
    expect(results[0]?.data ?? null).toBeNull();
    expect(asked()).toBe(0);
  });

  it('the operation is chosen by its name', async () => {
    await using server = await startGraphqlServer();
    const query = `query A { ${generate} } query B { health { version } }`;
    const results = await run(server, { query, operationName: 'B' });
    expect(results).toEqual([{ data: { health: { version: '1.2.3' } } }]);
  });

  it('a fault tells nothing of its cause, which the log is told once', async () => {
    const error = new Error('connect ECONNREFUSED 10.0.0.7:6379');
    await using server = await startGraphqlServer({
      services: { health: () => Promise.reject(error) },
    });
    const results = await run(server, { query: HEALTH });
    expect(results).toMatchObject([
      { errors: [{ path: ['health'], extensions: { code: 'INTERNAL_SERVER_ERROR' } }] },
    ]);
    expect(JSON.stringify(results)).not.toContain('10.0.0.7');
    expect(server.logs).toEqual([
      { level: 'error', message: 'operation failed', error, path: 'health' },
    ]);
  });

  it('a failure that was foreseen keeps its code, and is not logged', async () => {
    const error = new GatewayError('RATE_LIMITED', 'Too many requests.', {
      retryable: true,
      retryAfterMs: 500,
    });
    await using server = await startGraphqlServer({
      services: { health: () => Promise.reject(error) },
    });
    expect(await run(server, { query: HEALTH })).toMatchObject([
      { errors: [{ extensions: { code: 'RATE_LIMITED', retryable: true, retryAfterMs: 500 } }] },
    ]);
    expect(server.logs).toEqual([]);
  });

  it('what errors say to the transport stays with it', async () => {
    const error = new GraphQLError('No tea here.', {
      extensions: { code: 'TEAPOT', http: { status: 418 }, unexpected: true },
    });
    await using server = await startGraphqlServer({
      services: { health: () => Promise.reject(error) },
    });
    const results = await run(server, { query: HEALTH });
    expect(results).toMatchObject([{ errors: [{ extensions: { code: 'TEAPOT' } }] }]);
    expect(JSON.stringify(results)).not.toMatch(/418|unexpected/);
  });

  it('variables that do not fit are answered, and nothing runs', async () => {
    const { service, asked } = countedGenerations();
    await using server = await startGraphqlServer({ services: { generations: service } });
    for (const query of [ASK, FOLLOW]) {
      const results = await run(server, { query, variables: { input: { prompt: 7 } } });
      expect(results).toMatchObject([{ errors: [{ message: expect.stringContaining('$input') }] }]);
    }
    expect(asked()).toBe(0);
  });
});

describe.each(transports.filter(({ streams }) => streams))('over $name', ({ run }) => {
  it('a stream comes whole and in order', async () => {
    await using server = await startGraphqlServer();
    const results = await run(server, { query: FOLLOW, variables: { input } });
    expect(results.map(({ data }) => data?.['generateStream'])).toMatchObject([
      { __typename: 'GenerationStarted', seq: 0 },
      { __typename: 'GenerationDelta', seq: 1, text: 'It is Paris.' },
      { __typename: 'GenerationFinished', seq: 2 },
    ]);
  });

  it('a stream that breaks ends with a masked error after what came before', async () => {
    const error = new Error('secret');
    await using server = await startGraphqlServer({
      services: {
        generations: fakeGenerations({
          async *generateStream() {
            yield { type: 'delta', generationId: '1', seq: 1, offset: 0, text: 'It' };
            throw error;
          },
        }),
      },
    });
    const results = await run(server, { query: FOLLOW, variables: { input } });
    expect(results).toMatchObject([
      { data: { generateStream: { text: 'It' } } },
      { errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }] },
    ]);
    expect(JSON.stringify(results)).not.toContain('secret');
    expect(server.logs).toMatchObject([{ level: 'error', error }]);
  });
});
