import { describe, expect, it, vi } from 'vitest';
import { BUDGET_WINDOWS, windowAt } from '../../../src/tenancy/budget-window.ts';
import type { Account, Limiter } from '../../../src/tenancy/limiter.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import {
  type OpenRedisLimiter,
  openRedisLimiter,
  openRedisLimitersAt,
  PLACES_LOST_AFTER_MS,
} from '../../support/open-limiters.ts';
import { connected } from '../../support/open-redis.ts';
import { type RedisServer, startRedis } from '../../support/redis-server.ts';
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

describe('a limiter whose Redis is away', () => {
  const account = sampleAccount(budgetOf(0.01, 'TOTAL'));

  it('goes by what it counts itself, and tells Redis later what was taken', async () => {
    await using server = await startRedis();
    await using here = await openRedisLimiter(server.url);
    const { limiter } = here;
    expect(await reserve(limiter, account, 'before', 0.004)).toBeNull();
    await server.kill();
    expect(await reserve(limiter, account, 'during', 0.005)).toBeNull();
    expect(await reserve(limiter, account, 'more', 0.002)).toMatchObject({
      code: 'BUDGET_EXCEEDED',
    });
    limiter.settle('acme', 'during', { tokens: 10, costUsd: 0.003 });
    expect(await reserve(limiter, account, 'more', 0.002)).toBeNull();
    limiter.settle('acme', 'more', { tokens: 0, costUsd: 0 });
    expect(await limiter.admit(account)).toBeNull();
    expect(await limiter.enter(account, 'during')).toBeNull();
    await expect.poll(() => limiter.health().status).toBe('UNAVAILABLE');
    await server.restart();
    await using there = await openRedisLimiter(server.url);
    const spent = () => there.redis.hgetall(`${root}spent`);
    const told = { 'TOTAL.taken': '3000000', 'TOTAL.aside': '0', 'DAY.taken': '3000000' };
    await expect.poll(spent, { timeout: 10_000 }).toMatchObject(told);
    const tokens = await there.redis.hmget(`${root}tokens`, 'current', 'previous');
    expect(tokens.map(Number).toSorted()).toEqual([0, 10]);
    limiter.settle('acme', 'during', { tokens: 10, costUsd: 0.003 });
    await here.counted();
    expect(await spent()).toMatchObject(told);
  });

  it('says once that it is, and once that it is not any more', async () => {
    await using server = await startRedis();
    const clock = fakeClock();
    await using here = await openRedisLimiter(server.url, { clock, timeoutMs: 250 });
    const { limiter, logs } = here;
    // A single answer in between does not count.
    for (let time = 0; time < 2; time += 1) {
      server.pause();
      await limiter.admit(account);
      server.resume();
      await here.counted();
      await limiter.admit(account);
      expect(limiter.health().status).toBe('OK');
    }
    const away = { level: 'warn', message: expect.stringContaining('redis counts for no limits') };
    expect(logs).toMatchObject([away]);
    clock.advance(1_000);
    await limiter.admit(account);
    await limiter.admit(account);
    const back = { level: 'info', message: 'redis counts for limits again' };
    expect(logs).toMatchObject([away, back]);
  });

  it('leaves the estimate standing of what was never known to Redis', async () => {
    await using server = await startRedis();
    await using here = await openRedisLimiter(server.url);
    await server.kill();
    await reserve(here.limiter, account, 'during', 0.005);
    here.limiter.settle('acme', 'during', { tokens: 10, costUsd: null });
    await server.restart();
    await using there = await openRedisLimiter(server.url);
    await expect
      .poll(() => there.redis.hget(`${root}spent`, 'TOTAL.taken'), { timeout: 10_000 })
      .toBe('5000000');
  });

  it('counts once what Redis has set aside and settled without an answer', async () => {
    await using server = await startRedis();
    await using here = await openRedisLimiter(server.url, { timeoutMs: 250 });
    server.pause();
    expect(await reserve(here.limiter, account, 'late', 0.005)).toBeNull();
    await expectCountedOnce(server, here);
  });

  it('counts once what was set aside without Redis and settled without an answer', async () => {
    await using server = await startRedis();
    await using here = await openRedisLimiter(server.url, { timeoutMs: 250 });
    await server.kill();
    expect(await reserve(here.limiter, account, 'late', 0.005)).toBeNull();
    await server.restart();
    await connected(here.redis);
    server.pause();
    await expectCountedOnce(server, here);
  });

  /** Settles what was reserved at a Redis that hangs, which then goes on. */
  async function expectCountedOnce(server: RedisServer, here: OpenRedisLimiter) {
    here.limiter.settle('acme', 'late', { tokens: 10, costUsd: 0.002 });
    // Asked later, it is not answered either.
    expect(await here.limiter.admit(account)).toBeNull();
    server.resume();
    await using there = await openRedisLimiter(server.url);
    const spent = () => there.redis.hgetall(`${root}spent`);
    const once = { 'TOTAL.taken': '2000000', 'TOTAL.aside': '0' };
    await expect.poll(spent, { timeout: 10_000 }).toMatchObject(once);
    // It waits until all was told, what was heard and not confirmed once more.
    await here.limiter[Symbol.asyncDispose]();
    expect(await spent()).toMatchObject(once);
  }

  it('takes back what Redis set aside behind its back', async () => {
    await using server = await startRedis();
    await using here = await openRedisLimiter(server.url, { timeoutMs: 250 });
    await using there = await openRedisLimiter(server.url);
    await reserve(here.limiter, account, 'elsewhere', 0.009);
    there.limiter.settle('acme', 'elsewhere', { tokens: 0, costUsd: 0 });
    await there.counted();
    server.pause();
    expect(await reserve(here.limiter, account, 'refused', 0.009)).not.toBeNull();
    server.resume();
    const state = async () => {
      const [taken, isHeard] = await Promise.all([
        there.redis.hget(`${root}spent`, 'TOTAL.taken'),
        there.redis.hexists(`${root}reserved`, 'refused'),
      ]);
      return { taken, isHeard };
    };
    await expect.poll(state, { timeout: 10_000 }).toEqual({ taken: '0', isHeard: 0 });
    expect(await reserve(there.limiter, account, 'next', 0.01)).toBeNull();
  });

  it('tells Redis at its end what it did not take before', async () => {
    await using server = await startRedis();
    const here = await openRedisLimiter(server.url, { timeoutMs: 250 });
    server.pause();
    await reserve(here.limiter, account, 'late', 0.005);
    here.limiter.settle('acme', 'late', { tokens: 10, costUsd: 0.002 });
    await expect.poll(() => here.limiter.health().status).toBe('DEGRADED');
    server.resume();
    await here[Symbol.asyncDispose]();
    await using there = await openRedisLimiter(server.url);
    expect(await there.redis.hget(`${root}spent`, 'TOTAL.taken')).toBe('2000000');
  });
});
