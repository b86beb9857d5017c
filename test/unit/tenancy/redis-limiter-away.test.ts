import { describe, expect, it } from 'vitest';
import type { Account, Limiter } from '../../../src/tenancy/limiter.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { type OpenRedisLimiter, openRedisLimiter } from '../../support/open-limiters.ts';
import { connected } from '../../support/open-redis.ts';
import { type RedisServer, startRedis } from '../../support/redis-server.ts';
import { budgetOf, sampleAccount } from '../../support/sample-limits.ts';

const root = 'sluice:limits:{acme}:';

function reserve(limiter: Limiter, account: Account, id: string, costUsd: number) {
  return limiter.reserve(account, id, { tokens: 10, costUsd });
}

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
