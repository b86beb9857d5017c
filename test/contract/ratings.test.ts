import { randomUUID } from 'node:crypto';
import { systemClock } from '../../src/domain/clock.ts';
import { memoryRatings } from '../../src/generation/memory-ratings.ts';
import { redisRatings } from '../../src/generation/redis-ratings.ts';
import { createGuard } from '../../src/redis/guard.ts';
import { openRedisClient } from '../support/open-redis.ts';
import { useServerAndCluster } from '../support/use-redis.ts';
import { describeRatings, type OpenRatings } from './ratings.ts';

describeRatings('in memory', async () => ({
  processes: [memoryRatings()],
  async [Symbol.asyncDispose]() {},
}));

const redis = useServerAndCluster();

describeRatings('in Redis', () => openTwo(redis.server.url));
describeRatings('in a Redis Cluster', () => openTwo(redis.cluster.url));

async function openTwo(url: string): Promise<OpenRatings> {
  const keyPrefix = `${randomUUID()}:`;
  await using opened = new AsyncDisposableStack();
  const open = async () => {
    const client = opened.use(await openRedisClient(url));
    const [timeoutMs, clock] = [5_000, systemClock];
    const guard = createGuard({ name: 'redis', timeoutMs, clock, whenAway: 'nothing is rated' });
    return redisRatings({ redis: client, keyPrefix, keepMs: 60_000, guard });
  };
  const processes = [await open(), await open()] as const;
  const held = opened.move();
  return { processes, [Symbol.asyncDispose]: () => held.disposeAsync() };
}
