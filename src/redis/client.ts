import { Redis } from 'ioredis';
import type { Logger } from '../telemetry/logger.ts';

const RECONNECT_MAX_MS = 2_000;

/**
 * A connection to Redis that fails fast: while Redis is away a command rejects at once instead of waiting
 * in a queue, and the connection is tried again in the background, for ever. Returns at once: a Redis that
 * is down does not keep the gateway from starting.
 *
 * @param options.url `redis://` or `rediss://`, with password and database where needed; never logged
 */
export function connectRedis(options: {
  url: string;
  connectTimeoutMs: number;
  logger: Logger;
}): Redis & AsyncDisposable {
  const { url, connectTimeoutMs, logger } = options;
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: connectTimeoutMs,
    retryStrategy: (attempt) => Math.min(50 * 2 ** attempt, RECONNECT_MAX_MS),
  });

  let state: 'new' | 'up' | 'down' = 'new';
  redis.on('ready', () => {
    if (state !== 'up') logger.info({}, 'redis connected');
    state = 'up';
  });
  // Every failed attempt is an error event; one line tells that Redis is away.
  redis.on('error', (error: Error) => {
    if (state !== 'down') logger.warn({ error }, 'redis is away');
    state = 'down';
  });

  return Object.assign(redis, {
    async [Symbol.asyncDispose]() {
      redis.disconnect();
    },
  });
}
