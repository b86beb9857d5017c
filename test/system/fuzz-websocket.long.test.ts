import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { stream, textOf } from '../support/ask.ts';
import { casesOf, fuzz, fuzzTimeout, isWholeRun, watchFaults } from '../support/fuzz.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import {
  type OddConversation,
  oddConversation,
  TOO_LONG_BYTES,
} from '../support/odd-conversations.ts';
import { frameBytes, framesIn } from '../support/socket-frames.ts';
import { say } from '../support/upstream-script.ts';

const CASES = 350;

describe('whatever comes by WebSocket', { timeout: fuzzTimeout }, () => {
  it(`is answered or closes the socket, by no fault of the gateway: ${casesOf(CASES)}`, async () => {
    await using gateway = await startGateway({
      MAX_SOCKET_MESSAGE_BYTES: String(TOO_LONG_BYTES - 1),
      MAX_OPERATIONS_PER_SOCKET: '3',
    });
    gateway.upstream.answersAll(() => say('still there'));
    const faults = watchFaults(gateway.logs);
    const sights = new Set<string>();
    let asked = 0;

    async function again() {
      const events = await stream(gateway, { prompt: `Question ${asked++}` });
      expect(textOf(events)).toBe('still there');
    }

    await fuzz(oddConversation, { cases: CASES, again }, async (odd) => {
      const answer = await converse(gateway, odd);
      expect(answer).not.toMatch(/"code":"INTERNAL/);
      expect(faults()).toEqual([]);
      for (const sight of SIGHTS) if (answer.includes(sight)) sights.add(sight);
    });

    if (isWholeRun) expect([...sights].sort()).toEqual([...SIGHTS].sort());
  });
});

/** The id of the last operation, which is answered when all before it were taken up. */
const LAST = 'the-last-of-this-socket';

/** What cases are to lead to if they are to prove anything. */
const SIGHTS = [
  ...['connection_ack', '"type":"next"', '"type":"error"', '"type":"complete"', '"type":"pong"'],
  ...['already exists', 'Too many initialisation requests', 'Unauthorized'],
  ...['TOO_MANY_OPERATIONS', 'GRAPHQL_VALIDATION_FAILED', 'GenerationFinished', LAST],
];

/** All that the server says until it has closed the connection. */
async function converse({ origin }: Gateway, odd: OddConversation): Promise<string> {
  const socket = connect({ port: Number(new URL(origin).port), host: '127.0.0.1', noDelay: true });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const server = listen(socket);
  socket.write(handshake(odd.protocol));
  await Promise.race([closed, server.accepted]);
  if (odd.isAcknowledged) {
    socket.write(text({ type: 'connection_init' }));
    await Promise.race([closed, server.acknowledged]);
  }
  for (const piece of odd.bytes) {
    if (!socket.writable) break;
    if (!socket.write(piece)) await Promise.race([closed, drained(socket)]);
  }
  if (odd.whole && socket.writable) {
    const payload = { query: '{ health { status } }' };
    socket.write(text({ type: 'subscribe', id: LAST, payload }));
    await Promise.race([closed, server.done]);
  }
  if (odd.end === 'reset') socket.resetAndDestroy();
  else socket.end(odd.end === 'FIN' ? '' : frameBytes({ opcode: 8, payload: Buffer.alloc(0) }));
  await closed;
  return server.said();
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('drain', () => resolve()));
}

function listen(socket: Socket) {
  const accepted = Promise.withResolvers<void>();
  const acknowledged = Promise.withResolvers<void>();
  const done = Promise.withResolvers<void>();
  let bytes = Buffer.alloc(0);

  const frames = () => framesIn(bytes.subarray(bytes.indexOf('\r\n\r\n') + 4));
  socket.on('data', (chunk) => {
    bytes = Buffer.concat([bytes, chunk]);
    if (!bytes.includes('\r\n\r\n')) return;
    accepted.resolve();
    for (const { opcode, payload } of frames()) {
      const message = Buffer.from(payload).toString('latin1');
      if (opcode === 8 || message.includes('connection_ack')) acknowledged.resolve();
      if (opcode === 8 || message.includes(LAST)) done.resolve();
    }
  });
  // A connection that is cut is as good as one that is closed.
  socket.on('error', () => {});
  return {
    accepted: accepted.promise,
    acknowledged: acknowledged.promise,
    /** It has closed the socket, or answered the last operation. */
    done: done.promise,
    said: () => bytes.toString('latin1'),
  };
}

function text(message: object): Buffer {
  return frameBytes({ opcode: 1, payload: Buffer.from(JSON.stringify(message)) });
}

function handshake(protocol: string): string {
  return [
    'GET /graphql HTTP/1.1',
    'Host: localhost',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    `Sec-WebSocket-Protocol: ${protocol}`,
    '\r\n',
  ].join('\r\n');
}
