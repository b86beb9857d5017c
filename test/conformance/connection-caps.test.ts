import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { startGraphqlServer, type TestServer } from '../support/graphql-server.ts';
import { hangingGenerations } from '../support/hanging-generations.ts';
import { ASK, FOLLOW, HEALTH, input } from '../support/operations.ts';
import { connect, openSocket } from '../support/raw-socket.ts';
import { post, type TestOperation } from '../support/transports.ts';

/** How long the server waits for `connection_init`, and then for the answer to its close. */
const [HELLO_MS, CLOSE_ANSWER_MS] = [3_000, 5_000];

const health = { query: HEALTH };
const ask = { query: ASK, variables: { input } };
const follow = { query: FOLLOW, variables: { input } };

/** One address may have two connections. */
async function startCapped(trustedProxies = 0) {
  const { service, next } = hangingGenerations();
  const server = await startGraphqlServer({
    services: { generations: service },
    config: { maxConnectionsPerAddress: 2, trustedProxies, corsOrigins: ['https://app.example'] },
  });
  return { ...server, nextHeld: next };
}

type Capped = Awaited<ReturnType<typeof startCapped>>;

async function openHttp(server: Capped, accept: string, operation: TestOperation) {
  const headers = { accept, 'content-type': 'application/json' };
  const call = request(server.url, { method: 'POST', headers });
  call.on('error', () => {});
  call.end(JSON.stringify(operation));
  await server.nextHeld();
  return { end: () => call.destroy() };
}

/** A connection that lasts until `end` is called. */
type Open = (server: Capped) => Promise<{ end: () => unknown }>;

const connections: [kind: string, open: Open][] = [
  [
    'a socket',
    async (server) => {
      const socket = await connect(server.wsUrl);
      return { end: socket.terminate };
    },
  ],
  [
    'a socket that never said hello',
    async (server) => {
      const socket = await openSocket(server.wsUrl);
      return { end: socket.terminate };
    },
  ],
  ['a stream of server-sent events', (server) => openHttp(server, 'text/event-stream', follow)],
  ['a request that is not answered yet', (server) => openHttp(server, 'application/json', ask)],
];

describe('an address that has as many connections as it may', () => {
  it.each(connections)('is refused another until %s ends', async (_kind, open) => {
    await using server = await startCapped();
    const [one, other] = [await open(server), await open(server)];

    const refused = await post(server, health, { origin: 'https://app.example' });
    expect(refused.status).toBe(429);
    expect(Object.fromEntries(refused.headers)).toMatchObject({
      'content-type': expect.stringMatching('application/json'),
      'retry-after': '1',
      'cache-control': 'no-store',
      'access-control-allow-origin': 'https://app.example',
    });
    expect(await refused.json()).toEqual({
      errors: [
        {
          message: 'This address has 2 requests and sockets under way: wait for one to end.',
          extensions: { code: 'TOO_MANY_CONNECTIONS' },
        },
      ],
    });
    expect(await upgradeRefusal(server)).toEqual({ status: 429, retryAfter: '1' });

    one.end();
    await expect.poll(async () => (await post(server, health)).status).toBe(200);
    using socket = await connect(server.wsUrl);
    expect((await post(server, health)).status).toBe(429);
    socket.terminate();
    other.end();
    await expect.poll(async () => (await post(server, health)).status).toBe(200);
  });

  it('still hears how the server is', async () => {
    await using server = await startCapped();
    using _one = await connect(server.wsUrl);
    using _other = await connect(server.wsUrl);
    for (const path of ['/health', '/ready', '/health']) {
      expect((await fetch(new URL(path, server.url))).status).toBe(200);
    }
    expect((await fetch(new URL('/', server.url))).status).toBe(429);
  });
});

describe('what does not last', () => {
  it('has no part in the cap', async () => {
    await using server = await startCapped();
    const foreign = { headers: { origin: 'https://evil.example' } };
    for (let time = 0; time < 5; time++) {
      expect((await post(server, health)).status).toBe(200);
      expect((await fetch(new URL('/nowhere', server.url))).status).toBe(404);
      await expect(openSocket(server.wsUrl, foreign)).rejects.toThrow('403');
      expect(await statusOfBadHandshake(server)).toBe(400);
      const socket = await connect(server.wsUrl);
      socket.terminate();
      await expect.poll(async () => (await post(server, health)).status).toBe(200);
    }
  });

  it('has none either when its client leaves before it has sent all', async () => {
    await using server = await startCapped();
    for (let time = 0; time < 5; time++) {
      const leaving = new AbortController();
      const { signal } = leaving;
      const body = new ReadableStream({
        start: (sending) => sending.enqueue(new Uint8Array([123])),
      });
      const headers = { 'content-type': 'application/json' };
      const upload = { method: 'POST', body, headers, signal, duplex: 'half' };
      const sent = fetch(server.url, upload);
      leaving.abort();
      await expect(sent).rejects.toThrow();
      await expect.poll(async () => (await post(server, health)).status).toBe(200);
    }
  });
});

describe('a client that does not answer when its socket is closed', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  it('gives its place back soon', async () => {
    await using server = await startCapped();
    using _one = await connect(server.wsUrl);
    using silent = await openSocket(server.wsUrl);
    silent.pause();
    vi.advanceTimersByTime(HELLO_MS);
    vi.advanceTimersByTime(CLOSE_ANSWER_MS - 1);
    expect((await post(server, health)).status).toBe(429);
    vi.advanceTimersByTime(1);
    await expect.poll(async () => (await post(server, health)).status).toBe(200);
  });
});

describe('clients behind a proxy', () => {
  const by = (address: string) => ({ 'x-forwarded-for': address });

  it('are told apart when it is trusted, whatever they say themselves', async () => {
    await using server = await startCapped(1);
    using _one = await connect(server.wsUrl, { headers: by('192.0.2.1') });
    using _other = await connect(server.wsUrl, { headers: by('192.0.2.9, 192.0.2.1') });
    expect((await post(server, health, by('192.0.2.9, 192.0.2.1'))).status).toBe(429);
    expect(await upgradeRefusal(server, by('192.0.2.1'))).toMatchObject({ status: 429 });
    expect((await post(server, health, by('192.0.2.1, 192.0.2.9'))).status).toBe(200);
    using _another = await connect(server.wsUrl, { headers: by('192.0.2.9') });
  });

  it('are one client when it is not', async () => {
    await using server = await startCapped();
    using _one = await connect(server.wsUrl, { headers: by('192.0.2.1') });
    using _other = await connect(server.wsUrl, { headers: by('192.0.2.2') });
    expect((await post(server, health, by('192.0.2.3'))).status).toBe(429);
  });
});

/** Of a request to become a WebSocket that lacks the key of the handshake. */
async function statusOfBadHandshake({ url }: TestServer): Promise<number | undefined> {
  const call = request(url, { headers: { connection: 'Upgrade', upgrade: 'websocket' } });
  call.end();
  const [response] = (await once(call, 'response')) as [IncomingMessage];
  response.destroy();
  return response.statusCode;
}

/** How a socket is refused. */
function upgradeRefusal(server: TestServer, headers: Record<string, string> = {}) {
  const socket = new WebSocket(server.wsUrl, 'graphql-transport-ws', { headers });
  return new Promise((resolve, reject) => {
    socket.once('open', () => reject(new Error('It was let in.')));
    socket.once('unexpected-response', (call, { statusCode: status, headers: told }) => {
      call.destroy();
      resolve({ status, retryAfter: told['retry-after'] });
    });
  });
}
