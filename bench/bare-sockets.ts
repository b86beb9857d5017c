import type { AddressInfo } from 'node:net';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { sayWhenDue } from './pace.ts';
import type { RecordedText, Recording } from './recording.ts';

/**
 * The least that can stream to many listeners: sockets that speak just enough of graphql-transport-ws to be
 * subscribed to, and are sent what was recorded of another server, each frame when it was sent there. No
 * model, no GraphQL, no waiting for the slow.
 *
 * Told a recording, it is ready for new listeners; told `replay`, it sends it and tells when it did.
 */
type Listener = { readonly socket: WebSocket; readonly id: string };

let recording: Recording = { started: '', texts: [], ended: '' };
let listeners: Listener[] = [];

const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
server.on('connection', (socket) => {
  socket.on('message', (data) => receive(socket, data));
});
server.on('listening', () => {
  process.send?.(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

function receive(socket: WebSocket, data: RawData) {
  const { type, id } = JSON.parse(String(data));
  if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
  if (type !== 'subscribe') return;
  listeners.push({ socket, id });
  next({ socket, id }, recording.started);
}

function next({ socket, id }: Listener, payload: string) {
  socket.send(`{"id":"${id}","type":"next","payload":${payload}}`);
}

process.on('message', async (message: Recording | 'replay') => {
  if (message !== 'replay') {
    recording = message;
    listeners = [];
    process.send?.('ready');
    return;
  }
  const { texts, ended } = recording;
  const span = await sayWhenDue(
    texts,
    texts.map(({ afterMs }) => afterMs),
    sendToAll,
  );
  for (const listener of listeners) {
    next(listener, ended);
    listener.socket.send(`{"id":"${listener.id}","type":"complete"}`);
  }
  process.send?.(span);
});

function sendToAll(texts: readonly RecordedText[]) {
  for (const { payload } of texts) {
    for (const listener of listeners) next(listener, payload);
  }
}
