import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import { WebSocket } from 'ws';
import { textOf } from './answer.ts';
import { type Frame, readFrames } from './frames.ts';
import { now } from './now.ts';
import type { Recording } from './recording.ts';
import { SUBSCRIPTION } from './subscription.ts';

/**
 * Listeners, each on a socket of its own, that all ask the same. Told a prompt, they ask and tell when each
 * has heard that its answer began; told how many tokens to expect, they tell what they heard once it ended.
 * While the clock runs, frames are only kept: what they say is read afterwards.
 */
export type Heard = {
  /** When each listener had its first text, and when the last one had its last, on `now`. */
  readonly firstAt: readonly number[];
  readonly lastAt: number;
  /** Frames with text, over all listeners. */
  readonly frames: number;
  /** Listeners that did not get the exact text and a good end. */
  readonly wrong: number;
  /** Of the listener whose number of frames is the median. */
  readonly recording: Recording;
};

export type ToListeners = { readonly prompt: string } | { readonly tokens: number };

/** Where a frame with an id from `randomUUID` tells its type, and that of `next`. */
const TYPE_AT = `{"id":"${randomUUID()}","type":"`.length;
const NEXT = 'n'.charCodeAt(0);

const [url = '', count = '0'] = process.argv.slice(2);
const listeners = await Promise.all(Array.from({ length: Number(count) }, openListener));
process.send?.('open');

process.on('message', async (message: ToListeners) => {
  if ('prompt' in message) {
    await Promise.all(listeners.map((listener) => listener.ask(message.prompt)));
    process.send?.('listening');
  } else {
    const heard = await Promise.all(listeners.map((listener) => listener.ended()));
    process.send?.(tell(heard, textOf(message.tokens)));
  }
});

async function openListener() {
  const socket = new WebSocket(url, GRAPHQL_TRANSPORT_WS_PROTOCOL);
  await once(socket, 'open');
  socket.send('{"type":"connection_init"}');
  await once(socket, 'message');

  let frames: Frame[] = [];
  let began = Promise.withResolvers<void>();
  let ended = Promise.withResolvers<void>();
  socket.on('message', (data: Buffer) => {
    if (data[TYPE_AT] !== NEXT) return ended.resolve();
    frames.push({ at: now(), data });
    began.resolve();
  });
  socket.on('close', (code, reason) => {
    throw new Error(`Socket closed: ${code} ${reason}`);
  });

  return {
    async ask(prompt: string) {
      frames = [];
      began = Promise.withResolvers();
      ended = Promise.withResolvers();
      const payload = { query: SUBSCRIPTION, variables: { input: { prompt } } };
      socket.send(JSON.stringify({ id: randomUUID(), type: 'subscribe', payload }));
      await Promise.race([began.promise, ended.promise]);
    },
    async ended() {
      await ended.promise;
      return frames;
    },
  };
}

function tell(heard: readonly Frame[][], expected: string): Heard {
  const all = heard.map(readFrames);
  const byFrames = all.toSorted((a, b) => a.textAt.length - b.textAt.length);
  const median = byFrames[Math.floor(byFrames.length / 2)];
  if (median === undefined) throw new Error('Nobody listens.');
  return {
    firstAt: all.map(({ textAt }) => textAt[0] ?? Number.NaN),
    lastAt: Math.max(...all.map(({ textAt }) => textAt.at(-1) ?? Number.NaN)),
    frames: all.reduce((sum, { textAt }) => sum + textAt.length, 0),
    wrong: all.filter(({ text, finished }) => text !== expected || !finished).length,
    recording: median.recording,
  };
}
