import { Cluster, Redis } from 'ioredis';
import { vi } from 'vitest';
import { redisCacheStore } from '../../src/cache/redis-store.ts';
import type { CacheStore } from '../../src/cache/store.ts';
import { connectRedis, type RedisClient } from '../../src/redis/client.ts';
import { mastersOf } from '../../src/redis/cluster.ts';
import { createSealer } from '../../src/redis/sealing.ts';
import { recordLogs } from './recorded-logs.ts';

/** A client of one server that is connected, as the gateway makes it. */
export async function openRedis(url: string): Promise<Redis & AsyncDisposable> {
  const redis = await openRedisClient(url);
  if (redis instanceof Redis) return redis;
  throw new Error('A cluster is not one server.');
}

/** A client of a server, a cluster or whatever Sentinel names, that is connected. */
export async function openRedisClient(url: string): Promise<RedisClient & AsyncDisposable> {
  const redis = connectRedis({ url, connectTimeoutMs: 2_000, logger: recordLogs().logger });
  await connected(redis);
  return redis;
}

/** Resolves when the client is connected, to all nodes of a cluster, however often that fails before. */
export async function connected(client: RedisClient): Promise<void> {
  await ready(client);
  if (client instanceof Cluster) await Promise.all(mastersOf(client).map(ready));
}

async function ready(client: RedisClient): Promise<void> {
  if (client.status === 'ready') return;
  await new Promise<void>((resolve) => {
    client.once('ready', () => resolve());
  });
}

/** Resolves when a replica has what its master has. */
export async function replicated(url: string): Promise<void> {
  await using replica = await openRedis(url);
  const isUp = async () => (await replica.info('replication')).includes('master_link_status:up');
  await vi.waitUntil(isUp, { timeout: 20_000 });
}

export type OpenRedisStore = AsyncDisposable & {
  readonly store: CacheStore;
  readonly redis: RedisClient;
};

/** A store in an emptied Redis, with the client behind it. */
export async function openRedisStore(
  url: string,
  { keyPrefix = 'sluice:', sealer = createSealer(null) } = {},
): Promise<OpenRedisStore> {
  const redis = await openRedisClient(url);
  await Promise.all(mastersOf(redis).map((node) => node.flushall()));
  return {
    store: redisCacheStore({ redis, keyPrefix, sealer }),
    redis,
    [Symbol.asyncDispose]: () => redis[Symbol.asyncDispose](),
  };
}
