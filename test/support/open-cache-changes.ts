import { randomUUID } from 'node:crypto';
import type { CacheChange, CacheChanges } from '../../src/cache/changes.ts';
import { redisCacheChanges } from '../../src/cache/redis-changes.ts';
import { systemClock } from '../../src/domain/clock.ts';
import type { RedisClient } from '../../src/redis/client.ts';
import { openRedisClient } from './open-redis.ts';
import { recordLogs } from './recorded-logs.ts';

export type OpenCacheChanges = AsyncDisposable & {
  readonly changes: CacheChanges;
  /** What its listener has heard, in order. */
  readonly heard: readonly (CacheChange | 'gap')[];
};

/** Has them listened to, as one process does. */
export function listening(changes: CacheChanges): OpenCacheChanges {
  const heard: (CacheChange | 'gap')[] = [];
  changes.listen({
    onChange: (change) => void heard.push(change),
    onGap: () => void heard.push('gap'),
  });
  return { changes, heard, [Symbol.asyncDispose]: () => changes[Symbol.asyncDispose]() };
}

/** Those of a process of its own, with its connection, which nobody wakes. */
export async function openRedisCacheChanges(
  url: string,
  keyPrefix: string,
): Promise<OpenCacheChanges & { readonly redis: RedisClient }> {
  const redis = await openRedisClient(url);
  const changes = redisCacheChanges({
    ...{ redis, channels: null, keyPrefix, processId: randomUUID(), timeoutMs: 1_000 },
    ...{ clock: systemClock, logger: recordLogs().logger },
  });
  const opened = listening(changes);
  return {
    ...opened,
    redis,
    async [Symbol.asyncDispose]() {
      await opened[Symbol.asyncDispose]();
      await redis[Symbol.asyncDispose]();
    },
  };
}
