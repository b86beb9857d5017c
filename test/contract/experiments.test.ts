import { openMemoryExperiments, openRedisExperiments } from '../support/open-experiments.ts';
import { useServerAndCluster } from '../support/use-redis.ts';
import { describeExperiments } from './experiments.ts';

const redis = useServerAndCluster();

describeExperiments('in memory', openMemoryExperiments);
describeExperiments('in Redis', (clock) => openRedisExperiments(redis.server.url, { clock }));
describeExperiments('in a Redis Cluster', (clock) =>
  openRedisExperiments(redis.cluster.url, { clock }),
);
