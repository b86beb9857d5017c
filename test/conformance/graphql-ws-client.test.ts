import { describe, expect, it } from 'vitest';
import { type StreamedEvent, textOf } from '../support/ask.ts';
import { collect } from '../support/collect.ts';
import { connectClient, startAnsweringGateway } from '../support/gateway-clients.ts';
import { startGraphqlServer } from '../support/graphql-server.ts';
import { hangingGenerations } from '../support/hanging-generations.ts';
import { ASK, FOLLOW, input } from '../support/operations.ts';

const follow = { query: FOLLOW, variables: { input } };

describe('the client of graphql-ws', () => {
  it('follows a stream to its end', async () => {
    await using gateway = await startAnsweringGateway();
    await using client = connectClient(gateway);
    const results = await collect(client.iterate<{ generateStream: StreamedEvent }>(follow));
    const events = results.flatMap(({ data }) => data?.generateStream ?? []);
    expect(textOf(events)).toBe('It is Paris.');
  });

  it('asks a query', async () => {
    await using gateway = await startAnsweringGateway();
    await using client = connectClient(gateway);
    const results = await collect(client.iterate({ query: ASK, variables: { input } }));
    expect(results).toMatchObject([{ data: { generate: { text: 'It is Paris.' } } }]);
  });

  it('is told what is wrong with an operation', async () => {
    await using gateway = await startAnsweringGateway();
    await using client = connectClient(gateway);
    const reading = collect(client.iterate({ query: '{ nothing }' }));
    await expect(reading).rejects.toMatchObject([
      { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
    ]);
  });

  it('comes back by itself when the server restarts', async () => {
    const { service, next } = hangingGenerations();
    await using server = await startGraphqlServer({ services: { generations: service } });
    await using client = connectClient(server, { retryAttempts: 1, retryWait: async () => {} });
    const stream = client.iterate(follow);
    await stream.next();
    await next();
    await server.server.closeSockets();
    expect(await stream.next()).toMatchObject({ done: false });
    await next();
  });

  it('does not come back when its credentials are not good', async () => {
    let connections = 0;
    await using server = await startGraphqlServer({
      authenticate: async () => {
        connections += 1;
        return null;
      },
    });
    await using client = connectClient(server, { retryAttempts: 3, retryWait: async () => {} });
    const reading = collect(client.iterate(follow));
    await expect(reading).rejects.toMatchObject({ code: 4401, reason: 'Unauthorized' });
    expect(connections).toBe(1);
  });
});
