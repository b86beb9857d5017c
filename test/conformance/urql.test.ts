import {
  Client,
  type ClientOptions,
  type ExecutionResult,
  fetchExchange,
  subscriptionExchange,
} from '@urql/core';
import type { Client as SocketClient } from 'graphql-ws';
import { describe, expect, it } from 'vitest';
import { type StreamedEvent, textOf } from '../support/ask.ts';
import { connectClient, startAnsweringGateway } from '../support/gateway-clients.ts';
import { ASK, FOLLOW, input } from '../support/operations.ts';
import type { Addressed } from '../support/transports.ts';

const variables = { input };

describe('urql', () => {
  it('asks a query with preferGetMethod off', async () => {
    await using gateway = await startAnsweringGateway();
    const client = connect(gateway, { preferGetMethod: false });
    const { data } = await client.query(ASK, variables);
    expect(data).toMatchObject({ generate: { text: 'It is Paris.' } });
  });

  it('is told to switch preferGetMethod off when it asks by GET, as it does by itself', async () => {
    await using gateway = await startAnsweringGateway();
    const { data, error } = await connect(gateway, {}).query(ASK, variables);
    expect(data).toBeUndefined();
    expect(error?.graphQLErrors[0]).toMatchObject({
      message: expect.stringContaining('preferGetMethod: false'),
      extensions: { code: 'METHOD_NOT_ALLOWED' },
    });
    expect(gateway.upstream.calls).toHaveLength(0);
  });

  it('asks a mutation', async () => {
    await using gateway = await startAnsweringGateway();
    const { data } = await connect(gateway, {}).mutation(
      ASK.replace('query', 'mutation'),
      variables,
    );
    expect(data).toMatchObject({ generate: { text: 'It is Paris.' } });
  });

  it('follows a stream to its end over WebSocket', async () => {
    await using gateway = await startAnsweringGateway();
    await using socket = connectClient(gateway);
    const client = connect(gateway, { exchanges: [overWebSocket(socket), fetchExchange] });
    expect(textOf(await follow(client))).toBe('It is Paris.');
  });

  it('follows a stream to its end over server-sent events', async () => {
    await using gateway = await startAnsweringGateway();
    const client = connect(gateway, { fetchSubscriptions: true });
    expect(textOf(await follow(client))).toBe('It is Paris.');
  });
});

function connect({ url }: Addressed, options: Partial<ClientOptions>): Client {
  return new Client({ url, exchanges: [fetchExchange], ...options });
}

function overWebSocket(socket: SocketClient) {
  return subscriptionExchange({
    forwardSubscription: ({ query = '', variables }) => ({
      subscribe: (sink) => ({
        unsubscribe: socket.subscribe(
          { query, variables: { ...variables } },
          // The two libraries spell one type in two ways.
          { ...sink, next: (result) => sink.next(result as ExecutionResult) },
        ),
      }),
    }),
  });
}

/** urql delivers the last result once more when a stream has ended: seq tells which were there before. */
function follow(client: Client): Promise<StreamedEvent[]> {
  const events: StreamedEvent[] = [];
  return new Promise((resolve, reject) => {
    client
      .subscription<{ generateStream: StreamedEvent }>(FOLLOW, variables)
      .subscribe(({ data, error }) => {
        if (error !== undefined) reject(error);
        const event = data?.generateStream;
        if (event === undefined || event.seq <= (events.at(-1)?.seq ?? -1)) return;
        events.push(event);
        if (event.__typename === 'GenerationFinished') resolve(events);
      });
  });
}
