import { NO_CHANGES } from '../../src/cache/no-changes.ts';
import { listening, openRedisCacheChanges } from '../support/open-cache-changes.ts';
import { useServerAndCluster } from '../support/use-redis.ts';
import { describeCacheChanges, describeSharedCacheChanges } from './cache-changes.ts';

const redis = useServerAndCluster();
const newShare = () => `${crypto.randomUUID()}:`;

describeCacheChanges('of a process that is alone', async () => listening(NO_CHANGES));
describeCacheChanges('in Redis', () => openRedisCacheChanges(redis.server.url, newShare()));
describeSharedCacheChanges('in Redis', (share) => openRedisCacheChanges(redis.server.url, share));
describeSharedCacheChanges('in a Redis Cluster', (share) =>
  openRedisCacheChanges(redis.cluster.url, share),
);
