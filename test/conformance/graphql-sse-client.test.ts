import { type Client, createClient } from 'graphql-sse';
import { describe, expect, it } from 'vitest';
import { type StreamedEvent, textOf } from '../support/ask.ts';
import { collect } from '../support/collect.ts';
import { startAnsweringGateway } from '../support/gateway-clients.ts';
import { ASK, FOLLOW, input } from '../support/operations.ts';
import type { Addressed } from '../support/transports.ts';

const variables = { input };

describe('the client of graphql-sse, with a connection for each operation', () => {
  it('follows a stream to its end', async () => {
    await using gateway = await startAnsweringGateway();
    using client = connect(gateway);
    const results = await collect(
      client.iterate<{ generateStream: StreamedEvent }>({ query: FOLLOW, variables }),
    );
    const events = results.flatMap(({ data }) => data?.generateStream ?? []);
    expect(textOf(events)).toBe('It is Paris.');
  });

  it('asks a query', async () => {
    await using gateway = await startAnsweringGateway();
    using client = connect(gateway);
    const results = await collect(client.iterate({ query: ASK, variables }));
    expect(results).toMatchObject([{ data: { generate: { text: 'It is Paris.' } } }]);
  });

  it('is told what is wrong with an operation', async () => {
    await using gateway = await startAnsweringGateway();
    using client = connect(gateway);
    const results = await collect(client.iterate({ query: '{ nothing }' }));
    expect(results).toMatchObject([
      { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] },
    ]);
  });

  it('follows several streams at once', async () => {
    await using gateway = await startAnsweringGateway();
    using client = connect(gateway);
    const prompts = ['What is one?', 'What is two?', 'What is three?'];
    const streams = await Promise.all(
      prompts.map((prompt) =>
        collect(client.iterate({ query: FOLLOW, variables: { input: { prompt } } })),
      ),
    );
    for (const results of streams) {
      expect(results.at(-1)).toMatchObject({
        data: { generateStream: { __typename: 'GenerationFinished' } },
      });
    }
  });
});

function connect({ url }: Addressed): Client & Disposable {
  const client = createClient({ url, singleConnection: false, retryAttempts: 0 });
  return Object.assign(client, { [Symbol.dispose]: () => client.dispose() });
}
