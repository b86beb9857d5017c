import { afterAll, beforeAll } from 'vitest';
import { memoryCacheStore } from '../../src/cache/memory-store.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { openRedisStore } from '../support/open-redis.ts';
import { type RedisCluster, startRedisClusterOfThree } from '../support/redis-cluster.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { describeCacheStore } from './cache-store.ts';

describeCacheStore('in memory', async () => {
  const store = memoryCacheStore({ maxBytes: 10_000_000, clock: systemClock });
  return { store, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
});

let redis: RedisServer;
let cluster: RedisCluster;

beforeAll(async () => {
  [redis, cluster] = await Promise.all([startRedis(), startRedisClusterOfThree()]);
});

afterAll(async () => {
  await Promise.all([redis, cluster].map((servers) => servers[Symbol.asyncDispose]()));
});

describeCacheStore('in Redis', () => openRedisStore(redis.url));
describeCacheStore('in a Redis Cluster', () => openRedisStore(cluster.url));
