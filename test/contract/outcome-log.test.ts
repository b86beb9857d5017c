import {
  openFileOutcomeLog,
  openMemoryOutcomeLog,
  openRedisOutcomeLog,
} from '../support/open-outcome-logs.ts';
import { useServerAndCluster } from '../support/use-redis.ts';
import { describeOutcomeLog } from './outcome-log.ts';

const redis = useServerAndCluster();
const encryptionKey = Buffer.alloc(32, 7).toString('base64');

describeOutcomeLog('in memory', openMemoryOutcomeLog);
describeOutcomeLog('in a file', (maxEntries) => openFileOutcomeLog({ maxEntries }));
describeOutcomeLog('in Redis', (maxEntries) =>
  openRedisOutcomeLog(redis.server.url, { maxEntries, encryptionKey }),
);
describeOutcomeLog('in a Redis Cluster', (maxEntries) =>
  openRedisOutcomeLog(redis.cluster.url, { maxEntries }),
);
