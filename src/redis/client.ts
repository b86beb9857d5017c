import { Redis } from 'ioredis';
import type { Logger } from '../telemetry/logger.ts';
import { withoutArguments } from './errors.ts';

const RECONNECT_MAX_MS = 2_000;

/** Ends a command that would hang for ever. Whoever answers requests keeps a shorter deadline of its own. */
const COMMAND_TIMEOUT_MS = 1_000;

/** Replies were awaited and none came: the connection is dead, though nobody closed it. */
const SOCKET_TIMEOUT_MS = 5_000;

/**
 * A connection to Redis that fails fast, for commands that answer at once (no blocking ones, no
 * subscriptions).
 *
 * - While Redis is away a command rejects at once instead of waiting in a queue. When the connection is
 *   lost, the commands under way reject; none is sent twice.
 * - The connection is tried again in the background, for ever. It returns at once: a Redis that is down
 *   does not keep the gateway from starting.
 * - That Redis went away, and that it came back, is logged once each.
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
    commandTimeout: COMMAND_TIMEOUT_MS,
    socketTimeout: SOCKET_TIMEOUT_MS,
    retryStrategy: (attempt) => Math.min(50 * 2 ** attempt, RECONNECT_MAX_MS),
  });
  logChanges(redis, logger);
  return Object.assign(redis, {
    async [Symbol.asyncDispose]() {
      redis.disconnect();
    },
  });
}

function logChanges(redis: Redis, logger: Logger): void {
  let state: 'new' | 'up' | 'down' = 'new';

  function away(error?: Error): void {
    if (state === 'down') return;
    state = 'down';
    logger.warn(error === undefined ? {} : { error: withoutArguments(error) }, 'redis is away');
  }

  redis.on('ready', () => {
    if (state !== 'up') logger.info({}, 'redis connected');
    state = 'up';
  });
  // Every failed attempt is an error event. A connection that Redis closes properly is none, but it is
  // tried again, as one that the gateway closes is not.
  redis.on('error', away);
  redis.on('reconnecting', () => away());
}
