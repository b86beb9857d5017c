import { openMemoryRollout, openRedisRollout } from '../support/open-rollout.ts';
import { useServerAndCluster } from '../support/use-redis.ts';
import { describeRollout } from './rollout.ts';

const redis = useServerAndCluster();

describeRollout('in memory', openMemoryRollout);
describeRollout('in Redis', (clock) => openRedisRollout(redis.server.url, { clock }));
describeRollout('in a Redis Cluster', (clock) => openRedisRollout(redis.cluster.url, { clock }));
