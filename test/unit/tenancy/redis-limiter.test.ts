import { describe, expect, it, vi } from 'vitest';
import { BUDGET_WINDOWS, windowAt } from '../../../src/tenancy/budget-window.ts';
import type { Account, Limiter } from '../../../src/tenancy/limiter.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import {
  openRedisLimiter,
  openRedisLimitersAt,
  PLACES_LOST_AFTER_MS,
} from '../../support/open-limiters.ts';
import { startRedis } from '../../support/redis-server.ts';
import { budgetOf, sampleAccount } from '../../support/sample-limits.ts';
import { useRedis } from '../../support/use-redis.ts';

const opened = useRedis();
const root = 'sluice:limits:{acme}:';

let prefixes = 0;
/** Of keys that no other test has. */
function newPrefix(): string {
  prefixes += 1;
  return `test-${prefixes}:`;
}

function reserve(limiter: Limiter, account: Account, id: string, costUsd: number) {
  return limiter.reserve(account, id, { tokens: 10, costUsd });
}

describe('a limiter in Redis', () => {
  it('asks once for each decision', async () => {
    await using one = await openRedisLimiter(opened.server.url, { keyPrefix: newPrefix() });
    const { limiter, redis, counted } = one;
    const sent = vi.spyOn(redis, 'sendCommand');

    async function decide(id: string) {
      const account = sampleAccount({ requestsPerMinute: 9, maxConcurrent: 9, ...budgetOf(1) });
      sent.mockClear();
      await limiter.admit(account);
      await limiter.enter(account, id);
      await reserve(limiter, account, id, 0.1);
      limiter.settle('acme', id, { tokens: 10, costUsd: 0.1 });
      limiter.leave('acme', id);
      await new Promise((resolve) => setImmediate(resolve));
      const names = sent.mock.calls.map(([command]) => command.name);
      await counted();
      return names;
    }

    await decide('for the scripts to be known');
    expect(await decide('measured')).toEqual([
      ...['evalsha', 'evalsha', 'evalsha'],
      // Nobody waits for these.
      ...['zrem', 'evalsha'],
    ]);
  });

  it('goes by the clock of Redis, whatever those of the processes say', async () => {
    const keyPrefix = newPrefix();
    const clock = fakeClock(0);
    await using here = await openRedisLimiter(opened.server.url, { keyPrefix, clock });
    await using there = await openRedisLimiter(opened.server.url, { keyPrefix });
    const account = sampleAccount({ requestsPerMinute: 2, ...budgetOf(0.1, 'MONTH') });
    expect(await here.limiter.admit(account)).toBeNull();
    expect(await there.limiter.admit(account)).toBeNull();
    const refusal = await here.limiter.admit(account);
    expect(refusal?.retryAfterMs).toBeGreaterThan(0);
    expect(refusal?.retryAfterMs).toBeLessThanOrEqual(90_000);
    await reserve(here.limiter, account, 'a', 0.1);
    here.limiter.settle('acme', 'a', { tokens: 10, costUsd: null });
    await here.counted();
    const exceeded = await reserve(there.limiter, account, 'b', 0.1);
    const monthEndsInMs = (windowAt('MONTH', Date.now()).endsAt ?? 0) - Date.now();
    expect(Math.abs((exceeded?.retryAfterMs ?? 0) - monthEndsInMs)).toBeLessThan(10_000);
  });

  it('has the same calendar in Lua', async () => {
    await using limiters = await openRedisLimitersAt(opened.server.url);
    // The calendar comes again after 400 years; where it may be missed is at the ends of its months.
    const marches = Array.from({ length: 401 }, (_, index) => Date.UTC(2000 + index, 2));
    const months = Array.from({ length: 24 }, (_, index) => Date.UTC(2027, index));
    const instants = [...marches, ...months].flatMap((at) => [at - 1, at, at + 45_296_789]);
    for (const at of instants) {
      await limiters.advance(at - limiters.now());
      await reserve(limiters.here, sampleAccount(), `generation-${at}`, 0.001);
      const spent = await limiters.redis.hgetall(`${limiters.root}spent`);
      for (const window of BUDGET_WINDOWS) {
        const { startsAt } = windowAt(window, at);
        expect(Number(spent[`${window}.start`]), `${window} of ${at}`).toBe(startsAt);
      }
    }
  });

  it('keeps nothing longer than it means something, but what was spent in total', async () => {
    await using one = await openRedisLimiter(opened.server.url);
    const { limiter, redis, counted } = one;
    await redis.flushall();
    const account = sampleAccount();
    await limiter.admit(account);
    await limiter.enter(account, 'generation');
    await reserve(limiter, account, 'generation', 0.1);
    const most = {
      [`${root}requests`]: 180,
      [`${root}tokens`]: 180,
      [`${root}under-way`]: 15,
      [`${root}reserved`]: 3_660,
      [`${root}reserved-at`]: 3_660,
      [`${root}spent`]: -1,
    };
    expect((await redis.keys('*')).toSorted()).toEqual(Object.keys(most).toSorted());
    for (const [key, seconds] of Object.entries(most)) {
      const left = await redis.ttl(key);
      expect(left, key).toBeLessThanOrEqual(seconds);
      expect(left, key).toBeGreaterThan(seconds - 10);
    }
    limiter.leave('acme', 'generation');
    limiter.settle('acme', 'generation', { tokens: 10, costUsd: 0.1 });
    await counted();
    const left = await redis.keys('*');
    expect(left.toSorted()).toEqual(['requests', 'spent', 'tokens'].map((name) => root + name));
  });

  it('knows that nothing is set aside any more when all of it was lost', async () => {
    const keyPrefix = newPrefix();
    await using one = await openRedisLimiter(opened.server.url, { keyPrefix });
    const account = sampleAccount(budgetOf(0.01, 'TOTAL'));
    await reserve(one.limiter, account, 'lost', 0.006);
    const refused = () => reserve(one.limiter, account, 'next', 0.005);
    expect(await refused()).toMatchObject({ retryable: true });
    // As when their time is over.
    const tenant = `${keyPrefix}limits:{acme}:`;
    await one.redis.del(`${tenant}reserved`, `${tenant}reserved-at`);
    expect(await refused()).toMatchObject({ retryable: false });
    expect(await reserve(one.limiter, account, 'small', 0.004)).toBeNull();
    expect(await reserve(one.limiter, account, 'next', 0.004)).toMatchObject({ retryable: true });
  });
});

describe('places of generations under way', () => {
  const one = sampleAccount({ maxConcurrent: 1 });

  it('are free a while after their process was lost, and not before', async () => {
    const changes = { keyPrefix: newPrefix(), lostAfterMs: 1_500 };
    const key = `${changes.keyPrefix}limits:{acme}:under-way`;
    await using here = await openRedisLimiter(opened.server.url, changes);
    await using there = await openRedisLimiter(opened.server.url, changes);
    await here.limiter.enter(one, 'held');
    const expiry = async () => Number(await there.redis.zscore(key, 'held'));
    const firstExpiry = await expiry();
    // Somebody has said that it goes on after it would have been free.
    await expect.poll(expiry, { timeout: 5_000 }).toBeGreaterThan(firstExpiry + 1_500);
    expect(await there.limiter.enter(one, 'next')).toMatchObject({ code: 'RATE_LIMITED' });
    here.redis.disconnect();
    await expect.poll(() => there.limiter.enter(one, 'next'), { timeout: 5_000 }).toBeNull();
  });

  it('of a lost process are free, while those of others are not', async () => {
    await using limiters = await openRedisLimitersAt(opened.server.url);
    const { here, there, advance } = limiters;
    const two = sampleAccount({ maxConcurrent: 2 });
    await here.enter(two, 'lost');
    await advance(PLACES_LOST_AFTER_MS - 1);
    await there.enter(two, 'alive');
    expect(await there.enter(two, 'next')).not.toBeNull();
    await advance(1);
    expect(await there.enter(two, 'next')).toBeNull();
    expect(await there.enter(two, 'one too many')).not.toBeNull();
  });

  it('are free at once when their process ends', async () => {
    const keyPrefix = newPrefix();
    await using there = await openRedisLimiter(opened.server.url, { keyPrefix });
    {
      await using here = await openRedisLimiter(opened.server.url, { keyPrefix });
      await here.limiter.enter(one, 'held');
      expect(await there.limiter.enter(one, 'next')).not.toBeNull();
    }
    expect(await there.limiter.enter(one, 'next')).toBeNull();
  });

  it('are taken again when Redis comes back without them', async () => {
    await using server = await startRedis();
    await using here = await openRedisLimiter(server.url);
    await here.limiter.enter(one, 'held');
    await server.restart();
    await using there = await openRedisLimiter(server.url);
    await expect.poll(() => there.redis.zrange(`${root}under-way`, '0', '-1')).toEqual(['held']);
    expect(await there.limiter.enter(one, 'next')).not.toBeNull();
  });
});
