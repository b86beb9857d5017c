import { afterAll, beforeAll } from 'vitest';
import { memoryCacheStore } from '../../src/cache/memory-store.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { openRedisStore } from '../support/open-redis.ts';
import { startRedisCluster } from '../support/redis-cluster.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { describeCacheStore } from './cache-store.ts';

describeCacheStore('in memory', async () => {
  const store = memoryCacheStore({ maxBytes: 10_000_000, clock: systemClock });
  return { store, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
});

let redis: RedisServer;
let cluster: RedisServer;

beforeAll(async () => {
  [redis, cluster] = await Promise.all([startRedis(), startRedisCluster()]);
});

afterAll(async () => {
  await Promise.all([redis, cluster].map((server) => server[Symbol.asyncDispose]()));
});

describeCacheStore('in Redis', () => openRedisStore(redis.url));
describeCacheStore('in a Redis Cluster', () => openRedisStore(cluster.url));
