import { afterAll, beforeAll, vi } from 'vitest';
import { memoryCacheStore } from '../../src/cache/memory-store.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { openRedis, openRedisStore } from '../support/open-redis.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { describeCacheStore } from './cache-store.ts';

describeCacheStore('in memory', async () => {
  const store = memoryCacheStore({ maxBytes: 10_000_000, clock: systemClock });
  return { store, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
});

let redis: RedisServer;
let cluster: RedisServer;

beforeAll(async () => {
  [redis, cluster] = await Promise.all([startRedis(), startCluster()]);
});

afterAll(async () => {
  await Promise.all([redis, cluster].map((server) => server[Symbol.asyncDispose]()));
});

describeCacheStore('in Redis', () => openRedisStore(redis.url));
describeCacheStore('in a Redis Cluster', () => openRedisStore(cluster.url));

/** One node that owns all slots. As in every cluster, a command that touches two of them is refused. */
async function startCluster(): Promise<RedisServer> {
  const server = await startRedis({ args: ['--cluster-enabled', 'yes'] });
  await using client = await openRedis(server.url);
  await client.cluster('ADDSLOTSRANGE', '0', '16383');
  // A node waits for two seconds before it takes commands.
  await vi.waitUntil(async () => (await client.cluster('INFO')).includes('cluster_state:ok'), {
    timeout: 10_000,
  });
  return server;
}
