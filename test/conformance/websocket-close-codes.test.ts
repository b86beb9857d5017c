import { describe, expect, it } from 'vitest';
import { startGraphqlServer } from '../support/graphql-server.ts';
import { hangingGenerations } from '../support/hanging-generations.ts';
import { FOLLOW, input } from '../support/operations.ts';
import { connect, openSocket, type RawSocket } from '../support/raw-socket.ts';

const follow = { type: 'subscribe', payload: { query: FOLLOW, variables: { input } } };

/**
 * The codes of the protocol graphql-transport-ws and of RFC 6455. A client of graphql-ws connects again
 * by itself after 1006, 1012 and 4408 among these, and gives up after the others.
 */
describe('the code with which a socket is closed', () => {
  it.each<[code: number, when: string, act: (socket: RawSocket) => void]>([
    [4400, 'a message is no JSON', (socket) => socket.send('prompt')],
    [4400, 'a message is of no known type', (socket) => socket.send({ type: 'generate' })],
    [4400, 'a message is one of a server', (socket) => socket.send({ type: 'connection_ack' })],
    [4401, 'a client subscribes first', (socket) => socket.send({ ...follow, id: '1' })],
    [1009, 'a message is too large', (socket) => socket.send('x'.repeat(17 * 1024))],
    [1007, 'a message is not UTF-8', (socket) => socket.sendText(Buffer.from([0xff]))],
  ])('is %i when %s', async (code, _when, act) => {
    await using server = await startGraphqlServer();
    using socket = await openSocket(server.wsUrl);
    act(socket);
    expect(await socket.closed).toBe(code);
  });

  it('is 4406 when the client offers no protocol that is served', async () => {
    await using server = await startGraphqlServer();
    using socket = await openSocket(server.wsUrl, { protocol: null });
    expect(await socket.closed).toBe(4406);
  });

  it('is 4408 when the client does not say hello', async () => {
    await using server = await startGraphqlServer();
    using socket = await openSocket(server.wsUrl);
    expect(await socket.closed).toBe(4408);
  });

  it('is 4429 when the client says hello twice', async () => {
    await using server = await startGraphqlServer();
    using socket = await connect(server.wsUrl);
    socket.send({ type: 'connection_init' });
    expect(await socket.closed).toBe(4429);
  });

  it.each([
    '1',
    'ä'.repeat(200),
  ])('is 4409 when an operation takes the id of another that runs: %s', async (id) => {
    await using server = await startGraphqlServer({
      services: { generations: hangingGenerations().service },
    });
    using socket = await connect(server.wsUrl);
    socket.send({ ...follow, id });
    socket.send({ ...follow, id });
    expect(await socket.closed).toBe(4409);
  });

  it('is 4401 when the credentials are not good', async () => {
    await using server = await startGraphqlServer({ authenticate: async () => null });
    using socket = await openSocket(server.wsUrl);
    socket.send({ type: 'connection_init' });
    expect(await socket.closed).toBe(4401);
  });

  it('is 4500 when the server is at fault, which it logs and does not tell', async () => {
    const authenticate = async () => {
      throw new Error('The key store is gone.');
    };
    await using server = await startGraphqlServer({ authenticate });
    using socket = await openSocket(server.wsUrl);
    socket.send({ type: 'connection_init' });
    expect(await socket.closed).toBe(4500);
    expect(server.logs).toMatchObject([
      { level: 'error', error: { message: 'The key store is gone.' } },
    ]);
  });

  it('is 1012 when the server restarts, whatever runs', async () => {
    await using server = await startGraphqlServer({
      services: { generations: hangingGenerations().service },
    });
    using idle = await connect(server.wsUrl);
    using busy = await connect(server.wsUrl);
    busy.send({ ...follow, id: '1' });
    await server.server.closeSockets();
    expect(await Promise.all([idle.closed, busy.closed])).toEqual([1012, 1012]);
  });
});

describe('a request to upgrade', () => {
  it.each<[status: number, when: string, path: string, origin: string]>([
    [404, 'it is for another path', '/other', ''],
    [403, 'its origin is not listed', '/graphql', 'http://evil.example'],
    [403, 'its origin is hidden', '/graphql', 'null'],
  ])('is refused with %i when %s', async (status, _when, path, origin) => {
    await using server = await startGraphqlServer({
      config: { corsOrigins: ['https://app.example'] },
    });
    const opening = openSocket(new URL(path, server.wsUrl).href, {
      headers: { ...(origin && { origin }) },
    });
    await expect(opening).rejects.toThrow(`Unexpected server response: ${status}`);
  });

  it('is refused with 503 while the server drains', async () => {
    await using server = await startGraphqlServer();
    server.server.stopAccepting();
    await expect(openSocket(server.wsUrl)).rejects.toThrow('Unexpected server response: 503');
  });

  it.each([
    ['a listed origin', () => 'https://app.example'],
    ['the origin of the server', (url: string) => new URL(url).origin],
  ])('is taken from %s', async (_whence, origin) => {
    await using server = await startGraphqlServer({
      config: { corsOrigins: ['https://app.example'] },
    });
    using socket = await connect(server.wsUrl, { headers: { origin: origin(server.url) } });
    expect(socket).toBeDefined();
  });
});
