import { afterAll, beforeAll, describe } from 'vitest';
import { memoryRunLog } from '../../src/generation/memory-run-log.ts';
import type { RunLog } from '../../src/generation/run-log.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { openRedisPeers } from '../support/open-redis-peers.ts';
import { startRedisCluster } from '../support/redis-cluster.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { describeRunLog } from './run-log.ts';

describeRunLog('in memory', ({ maxBytes }) =>
  memoryRunLog({ maxBytes, keepMs: 60_000, clock: fakeClock() }),
);

describe.each([
  { where: 'in Redis', start: () => startRedis() },
  { where: 'in a Redis cluster', start: startRedisCluster },
])('with a real server', ({ where, start }) => {
  let server: RedisServer;
  let opened = 0;

  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  describeRunLog(where, async ({ maxBytes }): Promise<RunLog> => {
    opened += 1;
    const { log, ...process } = await openRedisPeers(server.url, {
      maxBytes,
      keyPrefix: `test-${opened}:`,
    });
    return { ...log, [Symbol.asyncDispose]: process[Symbol.asyncDispose] };
  });
});
