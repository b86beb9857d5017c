import { expect, it } from 'vitest';
import { systemClock } from '../../../src/domain/clock.ts';
import { memoryRatings } from '../../../src/generation/memory-ratings.ts';
import { redisRatings } from '../../../src/generation/redis-ratings.ts';
import { createGuard } from '../../../src/redis/guard.ts';
import { useRedis } from '../../support/use-redis.ts';

const opened = useRedis();

it('a rating in memory is forgotten with its generation', async () => {
  const ratings = memoryRatings();
  await ratings.claim('a', 'BAD');
  await ratings.settle('a');
  ratings.forget('b');
  expect(await ratings.claim('a', 'GOOD')).toEqual({ verdict: 'BAD', settled: true });
  ratings.forget('a');
  expect(await ratings.claim('a', 'GOOD')).toEqual({ verdict: 'GOOD', settled: false });
});

it('a rating in Redis outlives whatever process knows its generation, and not by much', async () => {
  const guard = createGuard({
    ...{ name: 'redis', timeoutMs: 5_000, clock: systemClock },
    whenAway: 'nothing is rated',
  });
  const options = { redis: opened.redis, keyPrefix: 'sluice:', guard };
  for (const keepMs of [0, 600_000]) {
    await opened.redis.flushall();
    const ratings = redisRatings({ ...options, keepMs });
    const lives = async () => {
      const [key = ''] = await opened.redis.keys('*');
      return opened.redis.pttl(key);
    };
    for (const step of [() => ratings.claim('a', 'GOOD'), () => ratings.settle('a')]) {
      await step();
      const pttl = await lives();
      expect(pttl).toBeGreaterThan(2 * keepMs);
      expect(pttl).toBeLessThanOrEqual(2 * keepMs + 60_000);
    }
  }
});
