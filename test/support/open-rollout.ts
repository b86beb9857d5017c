import { randomUUID } from 'node:crypto';
import type { Clock } from '../../src/domain/clock.ts';
import { openChannels } from '../../src/redis/channels.ts';
import { connectSubscriber, type RedisClient } from '../../src/redis/client.ts';
import { memoryRollout } from '../../src/rollout/memory-rollout.ts';
import type { Rollout } from '../../src/rollout/port.ts';
import { redisRollout } from '../../src/rollout/redis-rollout.ts';
import { fakeClock } from './fake-clock.ts';
import { openRedisClient } from './open-redis.ts';
import { type LogLine, recordLogs } from './recorded-logs.ts';

/** Longer than any test takes. */
export const NEVER_MS = 1_000_000;

const configured = {
  cacheEnabled: true,
  semanticCacheEnabled: true,
  routingEnabled: false,
  abTestRatio: 0.5,
};

export type OpenRollout = AsyncDisposable & {
  readonly rollout: Rollout;
  readonly logs: readonly LogLine[];
};

/** Both caches on, routing off, a ratio of 0.5, in this process alone. */
export async function openMemoryRollout(clock: Clock): Promise<OpenRollout> {
  const { logger, logs } = recordLogs();
  const rollout = memoryRollout({ configured, clock, logger });
  return { rollout, logs, async [Symbol.asyncDispose]() {} };
}

export type OpenRedisRollout = OpenRollout & {
  readonly redis: RedisClient;
  /** Where the switches are stored. */
  readonly key: string;
};

/**
 * The same in Redis, in a process of its own: with its connections, and listening. It shares the switches with
 * those of the same prefix.
 */
export async function openRedisRollout(
  url: string,
  options: { clock?: Clock; keyPrefix?: string; lookEveryMs?: number } = {},
): Promise<OpenRedisRollout> {
  const { clock = fakeClock(), keyPrefix = `${randomUUID()}:`, lookEveryMs = 500 } = options;
  const { logger, logs } = recordLogs();
  const redis = await openRedisClient(url);
  const connection = connectSubscriber({ url, connectTimeoutMs: 2_000, logger });
  const channels = openChannels({ connection, logger });
  const rollout = redisRollout({
    ...{ redis, channels, keyPrefix, lookEveryMs },
    ...{ configured, clock, logger },
  });
  await channels.ready(AbortSignal.timeout(5_000));
  return {
    rollout,
    logs,
    redis,
    key: `${keyPrefix}rollout:1`,
    async [Symbol.asyncDispose]() {
      for (const resource of [rollout, channels, redis]) await resource[Symbol.asyncDispose]();
    },
  };
}
