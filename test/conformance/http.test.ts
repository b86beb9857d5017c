import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { startGraphqlServer } from '../support/graphql-server.ts';
import { ASK, FOLLOW, HEALTH, input } from '../support/operations.ts';
import { post } from '../support/transports.ts';

const ask = { query: ASK, variables: { input } };

describe('a GET request', () => {
  it.each([
    ['generate', '{ generate(input: { prompt: "Hi" }) { __typename } }'],
    [
      'generate in a fragment',
      '{ ...F } fragment F on Query { a: generate(input: { prompt: "Hi" }) { __typename } }',
    ],
    ['preview', '{ preview(input: { prompt: "Hi" }) { inputTokens } }'],
    ['generateStream', 'subscription { generateStream(input: { prompt: "Hi" }) { seq } }'],
    ['a mutation', 'mutation { generate(input: { prompt: "Hi" }) { __typename } }'],
  ])('for %s is refused with 405, and told to POST', async (_what, query) => {
    await using server = await startGraphqlServer();
    const response = await get(server.url, query, {
      accept: 'text/event-stream, application/json',
    });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
    expect(await response.text()).toContain('POST');
  });

  it.each(['variables', 'extensions'])('whose %s are no JSON is refused with 400', async (name) => {
    await using server = await startGraphqlServer();
    const query = new URLSearchParams({ query: HEALTH, [name]: '{' });
    const response = await fetch(`${server.url}?${query}`, {
      headers: { accept: 'application/graphql-response+json' },
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('BAD_REQUEST');
    expect(server.logs).toEqual([]);
  });

  it('for another query is answered', async () => {
    await using server = await startGraphqlServer();
    const response = await get(server.url, HEALTH);
    expect(await response.json()).toEqual({ data: { health: { status: 'DEGRADED' } } });
  });
});

describe('a POST request', () => {
  it('whose body is no JSON is refused, and hears nothing of it again', async () => {
    await using server = await startGraphqlServer();
    const response = await fetch(server.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '"A secret prompt" }',
    });
    const text = await response.text();
    expect(text).toContain('BAD_REQUEST');
    expect(text).not.toContain('secret');
  });
});

describe('a request without good credentials', () => {
  it.each([
    'application/json',
    'application/graphql-response+json',
    'text/event-stream',
  ])('that accepts %s is answered 401, and told the scheme', async (accept) => {
    await using server = await startGraphqlServer({ authenticate: async () => null });
    const response = await post(server, ask, { accept });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await response.text()).toContain('"code":"UNAUTHENTICATED"');
  });

  it('hears nothing about its document', async () => {
    await using server = await startGraphqlServer({ authenticate: async () => null });
    const response = await post(server, { query: '{ generates }' });
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
  });
});

describe('a fault in authentication', () => {
  it('is answered 500, and told to nobody but the log', async () => {
    const error = new Error('The key store is gone.');
    await using server = await startGraphqlServer({ authenticate: () => Promise.reject(error) });
    const response = await post(server, ask, { accept: 'application/graphql-response+json' });
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('key store');
    expect(server.logs).toMatchObject([{ level: 'error', error }]);
  });
});

describe('a body', () => {
  const large = { query: HEALTH, variables: { padding: 'x'.repeat(70_000) } };

  it('that announces too many bytes is refused with 413', async () => {
    await using server = await startGraphqlServer();
    const response = await post(server, large);
    expect(response.status).toBe(413);
    expect(await response.text()).toContain('REQUEST_ENTITY_TOO_LARGE');
  });

  it('that turns out to have too many bytes is refused with 413', async () => {
    await using server = await startGraphqlServer();
    const response = await postChunks(server.url, JSON.stringify(large));
    expect(response.status).toBe(413);
  });

  it('of unknown length is read when it is small enough', async () => {
    await using server = await startGraphqlServer();
    const response = await postChunks(server.url, JSON.stringify(ask));
    expect(await response.json()).toMatchObject({ data: { generate: { text: 'It is Paris.' } } });
  });

  it('with several operations is refused with 400', async () => {
    await using server = await startGraphqlServer();
    const response = await fetch(server.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([ask, ask]),
    });
    expect(response.status).toBe(400);
  });

  it.each<[what: string, body: BodyInit]>([
    ['a form', new URLSearchParams({ query: HEALTH })],
    ['a form with files', files({ operations: JSON.stringify({ query: HEALTH }) })],
    ['a text', JSON.stringify({ query: HEALTH })],
    ['a bare document', new Blob([HEALTH], { type: 'application/graphql' })],
    ['of no type', new Blob([JSON.stringify({ query: HEALTH })])],
  ])('that is %s is refused with 415, and told what is taken', async (_what, body) => {
    await using server = await startGraphqlServer();
    const response = await fetch(server.url, { method: 'POST', body });
    expect(response.status).toBe(415);
    expect(response.headers.get('accept-post')).toBe('application/json');
    expect(await response.text()).toContain('UNSUPPORTED_MEDIA_TYPE');
  });
});

describe('an answer', () => {
  it.each([
    'application/json',
    'text/event-stream',
  ])('of %s is stored by nobody', async (accept) => {
    await using server = await startGraphqlServer();
    const response = await post(server, ask, { accept });
    expect(response.headers.get('cache-control')).toContain('no-store');
    await response.body?.cancel();
  });

  it('to a subscription that accepts no stream is 406', async () => {
    await using server = await startGraphqlServer();
    const operation = { query: FOLLOW, variables: { input } };
    const response = await post(server, operation, { accept: 'application/json' });
    expect(response.status).toBe(406);
  });
});

describe('a page of another origin', () => {
  const listed = { corsOrigins: ['https://app.example', 'https://other.example'] };

  it('that is listed may call, and read the answer', async () => {
    await using server = await startGraphqlServer({ config: listed });
    const response = await post(server, ask, { origin: 'https://app.example' });
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(response.headers.get('access-control-allow-credentials')).toBeNull();
    expect(response.headers.get('vary')).toContain('Origin');
  });

  it.each([
    'https://evil.example',
    'null',
    'https://app.example.evil',
  ])('from %s is refused before anything runs', async (origin) => {
    await using server = await startGraphqlServer({ config: listed });
    const response = await fetch(server.url, {
      method: 'POST',
      headers: { origin, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ query: HEALTH }),
    });
    expect(response.status).toBe(403);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'FORBIDDEN_ORIGIN' } }],
    });
  });

  it('is refused when none is listed', async () => {
    await using server = await startGraphqlServer();
    const response = await post(server, ask, { origin: 'https://app.example' });
    expect(response.status).toBe(403);
  });

  it('may call where any may, without its name being repeated', async () => {
    await using server = await startGraphqlServer({ config: { corsOrigins: ['*'] } });
    const response = await post(server, ask, { origin: 'https://app.example' });
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-allow-credentials')).toBeNull();
  });

  it('is told by the preflight what it may send', async () => {
    await using server = await startGraphqlServer({ config: listed });
    const response = await preflight(server.url, 'https://app.example');
    expect(response.status).toBe(204);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': 'https://app.example',
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'authorization,content-type',
    });
    expect((await preflight(server.url, 'https://evil.example')).status).toBe(403);
  });

  it('is a page of the server itself when the host is the same', async () => {
    await using server = await startGraphqlServer();
    const response = await post(server, ask, { origin: new URL(server.url).origin });
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('the other addresses', () => {
  it('/health tells how the server and its dependencies are, to anyone', async () => {
    await using server = await startGraphqlServer({ authenticate: async () => null });
    const response = await fetch(new URL('/health', server.url));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      status: 'DEGRADED',
      version: '1.2.3',
      uptimeSeconds: 60,
      dependencies: [{ name: 'redis', status: 'UNAVAILABLE', latencyMs: null, detail: null }],
    });
  });

  it('/ready tells whether new work should come', async () => {
    await using server = await startGraphqlServer();
    const ready = new URL('/ready', server.url);
    expect((await fetch(ready)).status).toBe(200);
    server.server.stopAccepting();
    expect((await fetch(ready)).status).toBe(503);
    expect((await fetch(new URL('/health', server.url))).status).toBe(200);
  });

  it('/ leads to GraphiQL, where there is one', async () => {
    await using server = await startGraphqlServer();
    const response = await fetch(new URL('/', server.url), { redirect: 'manual' });
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe('/graphql');
    await using bare = await startGraphqlServer({ config: { graphiql: false } });
    expect((await fetch(new URL('/', bare.url))).status).toBe(404);
  });

  it('are not found when nothing is there', async () => {
    await using server = await startGraphqlServer();
    expect((await fetch(new URL('/graphql/other', server.url))).status).toBe(404);
  });

  it('answer a fault with 500, and tell nothing but the log', async () => {
    const error = new Error('secret');
    await using server = await startGraphqlServer({
      services: { health: () => Promise.reject(error) },
    });
    const response = await fetch(new URL('/health', server.url));
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
    expect(server.logs).toMatchObject([{ level: 'error', error }]);
  });
});

describe('a request that makes no address', () => {
  it.each([
    ['target', 'GET // HTTP/1.1\r\nHost: gateway\r\n'],
    ['host', 'GET /graphql HTTP/1.1\r\nHost: a b\r\n'],
    [
      'target of an upgrade',
      'GET // HTTP/1.1\r\nHost: gateway\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n',
    ],
  ])('for its %s is not found, and harms nobody', async (_part, head) => {
    await using server = await startGraphqlServer();
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    socket.write(`${head}\r\n`);
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 404/);
    socket.destroy();
    expect((await post(server, ask)).status).toBe(200);
    expect(server.logs).toEqual([]);
  });
});

describe('GraphiQL', () => {
  it('is not served where it is switched off', async () => {
    await using server = await startGraphqlServer({ config: { graphiql: false } });
    const response = await fetch(server.url, { headers: { accept: 'text/html' } });
    expect(response.status).toBe(406);
  });
});

function get(url: string, query: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${url}?${new URLSearchParams({ query })}`, { headers });
}

function files(fields: Record<string, string>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
}

/** A body in chunks tells its length only by its end. */
function postChunks(url: string, body: string): Promise<Response> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, duplex: 'half' };
  return fetch(url, { ...init, body: new Blob([body]).stream() });
}

function preflight(url: string, origin: string): Promise<Response> {
  return fetch(url, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    },
  });
}
