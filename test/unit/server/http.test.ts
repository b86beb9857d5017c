import { once } from 'node:events';
import { Agent, type ClientRequest, request } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type Connection, type HttpHandler, listen } from '../../../src/server/http.ts';

const address = { host: '127.0.0.1', port: 0 };

describe('the HTTP server', () => {
  it('answers with what the handler answers', async () => {
    await using server = await listen(answering('Hi'), address);
    const response = await fetch(`${server.url}/path`, { method: 'POST', body: 'Hello' });
    expect(await response.text()).toBe('POST /path Hello: Hi');
  });

  it.each<[string, Promise<Response>, (call: ClientRequest) => void]>([
    ['has his answer', Promise.resolve(new Response('Hi')), () => {}],
    ['has gone without one', new Promise(() => {}), (call) => call.destroy()],
  ])('tells who asks, and when he %s', async (_how, answer, leave) => {
    const asked = Promise.withResolvers<Connection>();
    const answered = Promise.withResolvers<void>();
    await using server = await listen(
      {
        ...answering(''),
        fetch(_request, connection) {
          connection.onAnswered(answered.resolve);
          asked.resolve(connection);
          return answer;
        },
      },
      address,
    );
    const call = request(server.url, (response) => response.resume());
    call.on('error', () => {});
    call.end();
    expect((await asked.promise).peer).toBe('127.0.0.1');
    leave(call);
    await answered.promise;
  });

  it('says at once that a port is taken', async () => {
    await using server = await listen(answering('Hi'), address);
    const port = Number(new URL(server.url).port);
    await expect(listen(answering('Hi'), { ...address, port })).rejects.toThrow('EADDRINUSE');
  });

  it('serves a request that offers an upgrade to HTTP/2', async () => {
    await using server = await listen(answering('Hi'), address);
    const call = request(server.url, { headers: { connection: 'upgrade', upgrade: 'h2c' } });
    call.end();
    const [response] = await once(call, 'response');
    expect(response.statusCode).toBe(200);
    response.destroy();
  });

  it('keeps connections until it is told not to', async () => {
    await using server = await listen(answering('Hi'), address);
    expect(await connectionHeader(server.url)).toBe('keep-alive');
    server.stopKeepAlive();
    expect(await connectionHeader(server.url)).toBe('close');
  });

  it('closes idle connections when it is told to keep none', async () => {
    await using server = await listen(answering('Hi'), address);
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    socket.write('GET / HTTP/1.1\r\nHost: gateway\r\n\r\n');
    await once(socket, 'data');
    server.stopKeepAlive();
    await once(socket, 'end');
  });

  it('waits for the answers under way when it is disposed of', async () => {
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<Response>();
    const server = await listen(
      {
        ...answering(''),
        fetch() {
          asked.resolve();
          return answer.promise;
        },
      },
      address,
    );
    const response = fetch(server.url);
    await asked.promise;
    const disposed = server[Symbol.asyncDispose]();
    answer.resolve(new Response('Late, but here.'));
    expect(await (await response).text()).toBe('Late, but here.');
    await disposed;
    await expect(fetch(server.url)).rejects.toThrow();
  });
});

function answering(text: string): HttpHandler {
  return {
    async fetch(asked) {
      const { pathname } = new URL(asked.url);
      return new Response(`${asked.method} ${pathname} ${await asked.text()}: ${text}`);
    },
    upgrade: (_request, socket) => socket.destroy(),
  };
}

async function connectionHeader(url: string): Promise<string | undefined> {
  const agent = new Agent({ keepAlive: true });
  const call = request(url, { agent });
  call.end();
  const [response] = await once(call, 'response');
  response.resume();
  await once(response, 'end');
  agent.destroy();
  return response.headers.connection;
}
