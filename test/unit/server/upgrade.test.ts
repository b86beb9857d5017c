import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startGraphqlServer } from '../../support/graphql-server.ts';

it('lets go of a refused upgrade whose client never closes its side', async () => {
  const server = await startGraphqlServer();
  const { hostname, port } = new URL(server.url);
  const client = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  client.write(
    'GET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
  );
  const [answer] = (await once(client, 'data')) as [Buffer];
  expect(String(answer)).toContain('404 Not Found');
  // It hangs for ever while the socket is only half closed.
  await server[Symbol.asyncDispose]();
  client.destroy();
});

it('cuts a socket that sends and never reads, before its answers fill the memory', async () => {
  await using server = await startGraphqlServer({
    config: { maxSocketMessageBytes: 2 * 1024 * 1024 },
  });
  const socket = new WebSocket(server.wsUrl, 'graphql-transport-ws');
  await once(socket, 'open');
  const closed = once(socket, 'close');
  socket.on('error', () => {});
  socket.pause();
  // Each ping of the protocol is answered by a pong with the same payload.
  const ping = JSON.stringify({ type: 'ping', payload: { filler: 'x'.repeat(1024 * 1024) } });
  socket.send(JSON.stringify({ type: 'connection_init' }));
  for (let sent = 0; sent < 200 && socket.readyState === socket.OPEN; sent += 1) {
    await new Promise<void>((resolve) => socket.send(ping, () => resolve()));
  }
  socket.resume();
  expect((await closed)[0]).toBe(1006);
});
