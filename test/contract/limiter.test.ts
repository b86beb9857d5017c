import { openMemoryLimiters, openRedisLimitersAt } from '../support/open-limiters.ts';
import { useServerAndCluster } from '../support/use-redis.ts';
import { describeLimiter } from './limiter.ts';

describeLimiter('in memory', openMemoryLimiters);

const redis = useServerAndCluster();

describeLimiter('in Redis', (startsAt) => openRedisLimitersAt(redis.server.url, startsAt));
describeLimiter('in a Redis Cluster', (startsAt) =>
  openRedisLimitersAt(redis.cluster.url, startsAt),
);
