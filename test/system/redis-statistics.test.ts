import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LatencySummary, StatsWindow } from '../../src/telemetry/statistics.ts';
import { openRedis } from '../support/open-redis.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { type StatisticsProcess, statisticsProcesses } from '../support/statistics-processes.ts';

const MINUTE = 60_000;
const windows: readonly StatsWindow[] = ['MINUTE', 'HOUR', 'DAY', 'ALL'];
const acme = { tenant: 'acme' };

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(async () => {
  await using redis = await openRedis(server.url);
  await redis.flushall();
});

/** How many requests a process finds of each window. */
async function counts(process: StatisticsProcess, scope: 'ALL_TENANTS' | typeof acme = acme) {
  return await Promise.all(windows.map((window) => process.requests(window, scope)));
}

describe('statistics of two processes over one Redis', () => {
  it('add up, each request once, in both and in processes that start later', async () => {
    const { clock, start } = statisticsProcesses(server);
    await using one = await start();
    await using other = await start();
    for (let round = 0; round < 3; round += 1) {
      one.record();
      other.record();
      other.record({ tenant: 'globex', model: 'small-model' });
      await one.statistics.flush();
      await other.statistics.flush();
      await other.statistics.flush();
      clock.advance(MINUTE);
    }
    // Not written yet: seen by the process that has counted it, once.
    one.record();
    await using late = await start();
    expect(await counts(one)).toEqual([3, 7, 7, 7]);
    expect(await counts(other)).toEqual([2, 6, 6, 6]);
    expect(await counts(late)).toEqual([2, 6, 6, 6]);
    expect(await counts(late, 'ALL_TENANTS')).toEqual([3, 9, 9, 9]);

    await one.statistics.flush();
    // A tenth request: what `late` read of Redis a moment ago may lack it, so another asks.
    await using last = await start();
    for (const window of ['HOUR', 'DAY', 'ALL'] as const) {
      const { models, overhead } = await last.statistics.read('ALL_TENANTS', window);
      expect([window, overhead.count]).toEqual([window, 10]);
      expect(models).toHaveLength(2);
      expect(models).toContainEqual(
        expect.objectContaining({
          model: 'large-model',
          requests: 7,
          inputTokens: 700,
          outputTokens: 140,
          costUsd: 1.75,
        }),
      );
    }
  });

  it('give percentiles within 2 % of the exact ones', async () => {
    const { clock, start } = statisticsProcesses(server);
    await using one = await start();
    await using other = await start();
    const random = seededRandom(11);
    const durations = Array.from({ length: 20_000 }, () => 5 * (1 - random()) ** (-1 / 1.3));
    durations.forEach((totalMs, index) => {
      // One of them sees the slow ones only.
      (totalMs > 20 ? other : one).record({ totalMs });
      if (index % 1_000 === 0) clock.advance(MINUTE);
    });
    await one.statistics.flush();
    await other.statistics.flush();
    await using reader = await start();
    for (const process of [one, other, reader]) {
      for (const window of windows.slice(1)) {
        const { models } = await process.statistics.read(acme, window);
        expectWithin(models[0]?.total, durations, 0.02);
      }
    }
  });

  it('are written by themselves, and once more at the end', async () => {
    const { start } = statisticsProcesses(server);
    await using reader = await start({ flushMs: 20 });
    {
      await using writer = await start({ flushMs: 20 });
      writer.record();
      await expect.poll(async () => await reader.requests()).toBe(1);
    }
    {
      await using writer = await start();
      writer.record();
    }
    expect(await reader.requests()).toBe(2);
  });

  it('lose by a crash what was counted since the last flush, and no more', async () => {
    const { start } = statisticsProcesses(server);
    await using survivor = await start();
    const crashing = await start();
    for (let request = 0; request < 5; request += 1) crashing.record();
    await crashing.statistics.flush();
    crashing.record();
    crashing.crash();
    survivor.record();
    expect(await counts(survivor)).toEqual([6, 6, 6, 6]);
  });

  it('are added up by processes that all write at the same moment', async () => {
    const { start } = statisticsProcesses(server);
    const processes = await Promise.all(Array.from({ length: 16 }, () => start()));
    for (const process of processes) process.record();
    await Promise.all(processes.map((process) => process[Symbol.asyncDispose]()));
    await using reader = await start();
    expect(await counts(reader)).toEqual([16, 16, 16, 16]);
  });
});

describe('a write whose reply did not come', () => {
  it('is counted once when it arrived after all', async () => {
    await using admin = await openRedis(server.url);
    const { start } = statisticsProcesses(server);
    await using process = await start({ timeoutMs: 50 });
    await using reader = await start();
    for (let round = 1; round <= 3; round += 1) {
      process.record();
      await admin.client('PAUSE', 60_000, 'WRITE');
      await process.statistics.flush();
      process.record();
      expect(await process.requests()).toBe(2 * round);
      await admin.client('UNPAUSE');
      await expect.poll(() => reader.requests()).toBe(2 * round - 1);
      expect(await process.requests()).toBe(2 * round);
      await process.statistics.flush();
      expect(await counts(reader)).toEqual(Array(4).fill(2 * round));
    }
  });

  it('is repeated when it did not', async () => {
    await using admin = await openRedis(server.url);
    const { start } = statisticsProcesses(server);
    await using process = await start({ timeoutMs: 50 });
    process.record();
    await admin.client('PAUSE', 60_000, 'WRITE');
    await process.statistics.flush();
    await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await admin.client('UNPAUSE');
    await process.connected();
    process.record();
    await process.statistics.flush();
    await using reader = await start();
    expect(await counts(reader)).toEqual([2, 2, 2, 2]);
  });
});

describe('statistics without Redis', () => {
  it('are those of this process, which writes them when Redis is back, empty', async () => {
    await using own = await startRedis();
    const { clock, start } = statisticsProcesses(own);
    await using process = await start();
    await using other = await start();
    process.record();
    other.record();
    await process.statistics.flush();
    await other.statistics.flush();
    expect(await counts(process)).toEqual([2, 2, 2, 2]);

    await own.kill();
    clock.advance(2 * MINUTE);
    process.record();
    await process.statistics.flush();
    expect(await counts(process)).toEqual([1, 2, 2, 2]);
    expect(process.statistics.health()).toMatchObject({
      name: 'redis',
      status: expect.stringMatching('DEGRADED|UNAVAILABLE'),
    });

    await own.restart();
    await Promise.all([process.connected(), other.connected()]);
    clock.advance(3_000);
    await expect
      .poll(
        async () => {
          await process.statistics.flush();
          await other.statistics.flush();
          await using reader = await start();
          return await counts(reader);
        },
        { timeout: 10_000 },
      )
      .toEqual([1, 3, 3, 3]);
    await expect.poll(() => counts(process)).toEqual([1, 3, 3, 3]);
    expect(process.statistics.health()).toMatchObject({ status: 'OK', detail: null });
    expect(process.logs.map(({ level }) => level)).toEqual(['warn', 'info']);
  });

  it('are written again after FLUSHALL, by a process that counts no more as well', async () => {
    await using admin = await openRedis(server.url);
    const { clock, start } = statisticsProcesses(server);
    await using idle = await start();
    await using busy = await start();
    for (let minute = 0; minute < 5; minute += 1) {
      idle.record();
      busy.record();
      await idle.statistics.flush();
      await busy.statistics.flush();
      clock.advance(MINUTE);
    }
    await admin.flushall();
    busy.record();
    expect(await counts(busy)).toEqual([2, 6, 6, 6]);
    for (const process of [busy, idle]) await process.statistics.flush();
    await using reader = await start();
    expect(await counts(reader)).toEqual([3, 11, 11, 11]);
  });

  it('answer within the deadline while Redis hangs, and soon at once', async () => {
    await using own = await startRedis();
    const { start } = statisticsProcesses(own);
    await using process = await start({ timeoutMs: 50 });
    process.record();
    own.pause();
    const timed = async () => {
      const startedAt = performance.now();
      const requests = await process.requests('ALL');
      return { requests, ms: performance.now() - startedAt };
    };
    for (let read = 0; read < 5; read += 1) {
      const { requests, ms } = await timed();
      expect(requests).toBe(1);
      expect(ms).toBeLessThan(1_000);
    }
    const reads = await Promise.all(Array.from({ length: 100 }, timed));
    expect(Math.min(...reads.map(({ ms }) => ms))).toBeLessThan(50);
    expect(await counts(process)).toEqual([1, 1, 1, 1]);
    expect(process.statistics.health()).toMatchObject({
      status: 'UNAVAILABLE',
      detail: 'It does not answer: statistics are those of this process alone.',
    });
    own.resume();
  });
});

describe('what is in Redis', () => {
  it('expires, but for one total of each tenant, which does not grow with the processes', async () => {
    await using redis = await openRedis(server.url);
    const { clock, start } = statisticsProcesses(server);
    const total = 'sluice:statistics:1:everyone:total';
    const sizes: number[] = [];
    for (let week = 0; week < 4; week += 1) {
      for (let deploy = 0; deploy < 5; deploy += 1) {
        await using process = await start();
        process.record();
      }
      clock.advance(8 * 24 * 60 * MINUTE);
      sizes.push(await redis.hlen(total));
    }
    // Three fields of its own, and one for each process of this week and the week before.
    expect(Math.max(...sizes)).toBeLessThanOrEqual(3 + 2 * 5);

    const lifetimes = new Map<string, number>();
    for (const key of await redis.keys('*')) lifetimes.set(key, await redis.pttl(key));
    const lasting = [...lifetimes].filter(([, ms]) => ms === -1).map(([key]) => key);
    expect(new Set(lasting)).toEqual(new Set([total, 'sluice:statistics:1:tenant:acme:total']));
    expect(Math.max(...lifetimes.values())).toBeLessThanOrEqual(24 * 60 * MINUTE);
  });

  it('is written again only where something was counted', async () => {
    await using redis = await openRedis(server.url);
    const { clock, start } = statisticsProcesses(server);
    await using process = await start();
    for (let minute = 0; minute < 90; minute += 1) {
      process.record();
      process.record({ tenant: 'globex' });
      clock.advance(MINUTE);
    }
    await process.statistics.flush();
    const commandsOfFlush = async () => {
      await redis.config('RESETSTAT');
      await process.statistics.flush();
      const calls = /cmdstat_evalsha:calls=(\d+)/.exec(await redis.info('commandstats'));
      return Number(calls?.[1] ?? 0);
    };
    expect(await commandsOfFlush()).toBe(0);
    process.record();
    // A minute, an hour and the total of the tenant, and those of all.
    expect(await commandsOfFlush()).toBe(6);
  });

  it('is passed by where nobody of ours has written it', async () => {
    await using redis = await openRedis(server.url);
    const { clock, start } = statisticsProcesses(server);
    await using process = await start();
    process.record();
    await process.statistics.flush();
    const minute = `sluice:statistics:1:tenant:acme:minute:${Math.floor(clock.now() / MINUTE)}`;
    await redis.hset(minute, { a: 'garbage', b: '7 {}', c: '', stamp: 'other' });
    expect(await counts(process)).toEqual([1, 1, 1, 1]);
  });
});

function expectWithin(
  summary: LatencySummary | undefined,
  values: readonly number[],
  tolerance: number,
): void {
  const sorted = values.toSorted((a, b) => a - b);
  expect(summary?.count).toBe(values.length);
  for (const [name, share] of [
    ['p50Ms', 0.5],
    ['p95Ms', 0.95],
    ['p99Ms', 0.99],
  ] as const) {
    const exact = sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
    const error = Math.abs((summary?.[name] ?? Number.NaN) - exact) / exact;
    expect(error, name).toBeLessThanOrEqual(tolerance);
  }
  expect(summary?.maxMs).toBe(sorted.at(-1));
}
