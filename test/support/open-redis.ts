import type { Redis } from 'ioredis';
import { redisCacheStore } from '../../src/cache/redis-store.ts';
import type { CacheStore } from '../../src/cache/store.ts';
import { connectRedis } from '../../src/redis/client.ts';
import { recordLogs } from './recorded-logs.ts';

/** A client that is connected, as the gateway makes it. */
export async function openRedis(url: string): Promise<Redis & AsyncDisposable> {
  const redis = connectRedis({ url, connectTimeoutMs: 2_000, logger: recordLogs().logger });
  await connected(redis);
  return redis;
}

/** Resolves when the client is connected, however often that fails before. */
export async function connected(redis: Redis): Promise<void> {
  if (redis.status === 'ready') return;
  await new Promise<void>((resolve) => redis.once('ready', () => resolve()));
}

export type OpenRedisStore = AsyncDisposable & {
  readonly store: CacheStore;
  readonly redis: Redis;
};

/** A store in an emptied Redis, with the client behind it. */
export async function openRedisStore(url: string, keyPrefix = 'sluice:'): Promise<OpenRedisStore> {
  const redis = await openRedis(url);
  await redis.flushall();
  return {
    store: redisCacheStore({ redis, keyPrefix }),
    redis,
    [Symbol.asyncDispose]: () => redis[Symbol.asyncDispose](),
  };
}
