import { describe, expect, it } from 'vitest';
import { startGraphqlServer, type TestServer } from '../support/graphql-server.ts';
import { hangingGenerations } from '../support/hanging-generations.ts';
import { ASK, FOLLOW, input } from '../support/operations.ts';
import { connect, type RawSocket } from '../support/raw-socket.ts';
import { post, type TestOperation } from '../support/transports.ts';

const ask = { query: ASK, variables: { input } };
const follow = { query: FOLLOW, variables: { input } };

/** Begins an operation, and resolves with how its client leaves it. */
type Begin = (server: TestServer) => Promise<() => void>;

const ways: [client: string, begin: Begin][] = [
  ['completes a stream on its socket', onSocket(follow, (socket) => socket.send(complete))],
  ['completes a query on its socket', onSocket(ask, (socket) => socket.send(complete))],
  ['loses the socket of a stream', onSocket(follow, (socket) => socket.terminate())],
  ['loses the socket of a query', onSocket(ask, (socket) => socket.terminate())],
  ['aborts a stream of server-sent events', overHttp(follow, 'text/event-stream')],
  ['aborts a query over server-sent events', overHttp(ask, 'text/event-stream')],
  ['aborts a query over HTTP', overHttp(ask, 'application/json')],
];

const complete = { id: '1', type: 'complete' };

describe('a client that leaves an operation whose upstream hangs', () => {
  it.each(ways)('and %s has it freed at once', { timeout: 2_000 }, async (_client, begin) => {
    const { service, next } = hangingGenerations();
    await using server = await startGraphqlServer({ services: { generations: service } });
    const leave = await begin(server);
    const { freed } = await next();
    const left = performance.now();
    leave();
    await freed;
    expect(performance.now() - left).toBeLessThan(300);
    expect(server.logs.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('has all of its operations freed with the socket', { timeout: 2_000 }, async () => {
    const { service, next } = hangingGenerations();
    await using server = await startGraphqlServer({ services: { generations: service } });
    using socket = await connect(server.wsUrl);
    for (const id of ['1', '2', '3']) socket.send({ id, type: 'subscribe', payload: follow });
    const requests = await Promise.all([next(), next(), next()]);
    socket.terminate();
    await Promise.all(requests.map(({ freed }) => freed));
  });

  it('leaves the other operations of the socket alone', async () => {
    const { service, next } = hangingGenerations();
    await using server = await startGraphqlServer({ services: { generations: service } });
    using socket = await connect(server.wsUrl);
    socket.send({ id: '1', type: 'subscribe', payload: follow });
    const first = await next();
    socket.send({ id: '2', type: 'subscribe', payload: follow });
    const second = await next();
    socket.send(complete);
    await first.freed;
    const other = await Promise.race([second.freed, answerTo(socket, { query: '{ __typename }' })]);
    expect(other).toEqual({ data: { __typename: 'Query' } });
  });
});

describe('a server that closes its sockets', () => {
  it('frees what runs on them', { timeout: 2_000 }, async () => {
    const { service, next } = hangingGenerations();
    await using server = await startGraphqlServer({ services: { generations: service } });
    using socket = await connect(server.wsUrl);
    socket.send({ id: '1', type: 'subscribe', payload: follow });
    const { freed } = await next();
    await server.server.closeSockets();
    await freed;
  });
});

function onSocket(payload: TestOperation, leave: (socket: RawSocket) => void): Begin {
  return async (server) => {
    const socket = await connect(server.wsUrl);
    socket.send({ id: '1', type: 'subscribe', payload });
    return () => leave(socket);
  };
}

function overHttp(operation: TestOperation, accept: string): Begin {
  return async (server) => {
    const controller = new AbortController();
    post(server, operation, { accept }, controller.signal).catch(() => {
      // The abort, which is what this is about.
    });
    return () => controller.abort();
  };
}

/** The result of a query on a socket on which streams run. */
async function answerTo(socket: RawSocket, payload: TestOperation): Promise<unknown> {
  socket.send({ id: 'answer', type: 'subscribe', payload });
  for (;;) {
    const message = await socket.next();
    if (message.id === 'answer' && message.type === 'next') return message.payload;
  }
}
