import { memoryCacheStore } from '../../src/cache/memory-store.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { openRedisStore } from '../support/open-redis.ts';
import { useServerAndCluster } from '../support/use-redis.ts';
import { describeCacheStore } from './cache-store.ts';

describeCacheStore('in memory', async () => {
  const store = memoryCacheStore({ maxBytes: 10_000_000, clock: systemClock });
  return { store, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
});

const redis = useServerAndCluster();

describeCacheStore('in Redis', () => openRedisStore(redis.server.url));
describeCacheStore('in a Redis Cluster', () => openRedisStore(redis.cluster.url));
