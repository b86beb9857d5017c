import { memoryRunLog } from '../../src/generation/memory-run-log.ts';
import type { RunLog } from '../../src/generation/run-log.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { openRedisPeers } from '../support/open-redis-peers.ts';
import { useServerAndCluster } from '../support/use-redis.ts';
import { describeRunLog } from './run-log.ts';

describeRunLog('in memory', ({ maxBytes }) =>
  memoryRunLog({ maxBytes, keepMs: 60_000, clock: fakeClock() }),
);

const redis = useServerAndCluster();
let opened = 0;

async function openIn(url: string, maxBytes: number): Promise<RunLog> {
  opened += 1;
  const { log, ...process } = await openRedisPeers(url, {
    maxBytes,
    keyPrefix: `test-${opened}:`,
  });
  return { ...log, [Symbol.asyncDispose]: process[Symbol.asyncDispose] };
}

describeRunLog('in Redis', ({ maxBytes }) => openIn(redis.server.url, maxBytes));
describeRunLog('in a Redis Cluster', ({ maxBytes }) => openIn(redis.cluster.url, maxBytes));
