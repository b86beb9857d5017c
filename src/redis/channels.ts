import type { Redis } from 'ioredis';
import type { Logger } from '../telemetry/logger.ts';
import { withoutArguments } from './errors.ts';

/** How often the connection is tried: one that is cut without a word looks like one on which nothing is said. */
const PING_EVERY_MS = 5_000;

/**
 * What processes say to each other, by Redis pub/sub on one connection of its own.
 *
 * A message is a hint and no more: what is said while the connection is lost is never heard, so whoever listens
 * also looks for himself now and then. The connection comes back by itself, with all that was listened to.
 */
export type Channels = AsyncDisposable & {
  /** Hears what is said on the channel from some moment on, until the returned function is called. */
  listen(channel: string, onMessage: (message: string) => void): () => void;
  /** Resolves when all that `listen` was called for is heard, or `signal` aborts. */
  ready(signal: AbortSignal): Promise<void>;
};

/** @param options.connection of `connectSubscriber`, used for nothing else; closed with the channels */
export function openChannels(options: { connection: Redis; logger: Logger }): Channels {
  const { connection, logger } = options;
  const listeners = new Map<string, Set<(message: string) => void>>();
  /** Those that Redis has taken on the connection that there is. */
  const subscribed = new Set<string>();
  const waiting = new Set<() => void>();
  let awaitingPong = false;
  let refused = false;

  connection.on('message', (channel: string, message: string) => {
    for (const onMessage of listeners.get(channel) ?? []) onMessage(message);
  });
  connection.on('ready', () => void subscribeToMissing());
  connection.on('close', () => subscribed.clear());

  async function subscribeToMissing() {
    const channels = missing();
    if (channels.length === 0 || connection.status !== 'ready') return;
    try {
      await connection.subscribe(...channels);
      for (const channel of channels) subscribed.add(channel);
      refused = false;
      if (missing().length > 0) return;
      for (const resolve of waiting) resolve();
      waiting.clear();
    } catch (error) {
      // Tried again with the next connection, or the next look at this one; said once.
      const level = refused ? 'debug' : 'warn';
      refused = true;
      logger[level]({ error: withoutArguments(error) }, 'redis took no subscription');
    }
  }

  function missing(): string[] {
    return [...listeners.keys()].filter((channel) => !subscribed.has(channel));
  }

  function lookAtConnection() {
    if (awaitingPong) connection.disconnect(true);
    awaitingPong = connection.status === 'ready';
    if (!awaitingPong) return;
    const answered = () => {
      awaitingPong = false;
    };
    connection.ping().then(answered, answered);
    void subscribeToMissing();
  }
  const looking = setInterval(lookAtConnection, PING_EVERY_MS);
  looking.unref();

  async function unsubscribe(channel: string) {
    listeners.delete(channel);
    subscribed.delete(channel);
    if (connection.status === 'ready') await connection.unsubscribe(channel).catch(() => {});
  }

  return {
    listen(channel, onMessage) {
      const those = listeners.get(channel) ?? new Set();
      those.add(onMessage);
      listeners.set(channel, those);
      void subscribeToMissing();
      return () => {
        those.delete(onMessage);
        if (those.size === 0 && listeners.get(channel) === those) void unsubscribe(channel);
      };
    },
    async ready(signal) {
      if (missing().length === 0 || signal.aborted) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.add(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
      await promise;
      waiting.delete(resolve);
    },
    async [Symbol.asyncDispose]() {
      clearInterval(looking);
      listeners.clear();
      connection.disconnect();
    },
  };
}
