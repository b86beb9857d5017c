import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/domain/clock.ts';
import type { RequestRecord, Statistics, StatsWindow } from '../../src/telemetry/statistics.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { sampleRecord } from '../support/sample-record.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { describeArmStatistics } from './statistics-arms.ts';
import { describeRatingStatistics } from './statistics-ratings.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const acme = { tenant: 'acme' };

/** What every adapter of the Statistics port does. `create` gives an empty one that goes by `clock`. */
export function statisticsContract(create: (clock: Clock) => Statistics): void {
  function setUp() {
    const clock = fakeClock();
    const statistics = create(clock);
    return {
      clock,
      statistics,
      record: (changes: Partial<RequestRecord> = {}) =>
        statistics.record(sampleRecord({ at: clock.now(), ...changes })),
      read: (window: StatsWindow = 'ALL') => statistics.read(acme, window),
    };
  }

  describe('before the first request', () => {
    it('answers zero for counts and null for what nobody knows', async () => {
      const { read } = setUp();
      const noLatency = {
        count: 0,
        meanMs: null,
        p50Ms: null,
        p95Ms: null,
        p99Ms: null,
        maxMs: null,
      };
      expect(await read()).toEqual({
        requests: 0,
        cacheOutcomes: {
          EXACT: 0,
          SEMANTIC: 0,
          JOINED: 0,
          MISS: 0,
          BYPASSED: 0,
          DISABLED: 0,
          UNAVAILABLE: 0,
        },
        refusals: {},
        wrongHits: 0,
        hitLatency: noLatency,
        overhead: noLatency,
        savedUsd: null,
        savedTokens: 0,
        models: [],
        complexity: { SIMPLE: 0, MEDIUM: 0, COMPLEX: 0 },
        arms: [],
      });
    });
  });

  describe('counting requests', () => {
    it('counts each outcome of the cache, and none for a request refused before the look-up', async () => {
      const { record, read } = setUp();
      record({ cacheOutcome: 'EXACT', model: null });
      record({ cacheOutcome: 'EXACT', model: null });
      record({ cacheOutcome: 'SEMANTIC', model: null });
      record({ cacheOutcome: 'MISS', refusal: 'NUMBER' });
      record({ cacheOutcome: null, model: null, status: 'FAILED', failure: 'PROMPT_TOO_LONG' });
      const summary = await read();
      expect(summary.requests).toBe(5);
      expect(summary.cacheOutcomes).toMatchObject({ EXACT: 2, SEMANTIC: 1, MISS: 1, JOINED: 0 });
      expect(summary.refusals).toEqual({ NUMBER: 1 });
    });

    it('times hits apart from misses', async () => {
      const { record, read } = setUp();
      record({ cacheOutcome: 'EXACT', model: null, totalMs: 2 });
      record({ cacheOutcome: 'SEMANTIC', model: null, totalMs: 4 });
      record({ cacheOutcome: 'MISS', totalMs: 900 });
      const { hitLatency } = await read();
      expect(hitLatency).toMatchObject({ count: 2, meanMs: 3, maxMs: 4 });
    });

    it('counts the complexity that the router saw', async () => {
      const { record, read } = setUp();
      record({ complexity: 'SIMPLE' });
      record({ complexity: 'COMPLEX' });
      record({ complexity: 'COMPLEX' });
      record({ complexity: null });
      expect((await read()).complexity).toEqual({ SIMPLE: 1, MEDIUM: 0, COMPLEX: 2 });
    });

    it('adds up savings that are known and keeps null while none is', async () => {
      const { record, read } = setUp();
      record({ savedUsd: null, savedTokens: 5 });
      expect(await read()).toMatchObject({ savedUsd: null, savedTokens: 5 });
      record({ savedUsd: 0.5, savedTokens: 7 });
      record({ savedUsd: null });
      record({ savedUsd: 0.25 });
      expect(await read()).toMatchObject({ savedUsd: 0.75, savedTokens: 12 });
    });
  });

  describe('counting upstream calls', () => {
    it('adds up tokens, cost and latencies of each model', async () => {
      const { record, read } = setUp();
      record({ firstTokenMs: 10, totalMs: 100 });
      record({ firstTokenMs: 30, totalMs: 300 });
      record({ model: 'small-model', tier: 'SMALL', costUsd: null });
      const { models } = await read();
      expect(models).toHaveLength(2);
      expect(models).toContainEqual({
        model: 'large-model',
        requests: 2,
        failures: 0,
        inputTokens: 200,
        outputTokens: 40,
        costUsd: 0.5,
        ratings: 0,
        goodRatings: 0,
        firstToken: expect.objectContaining({ count: 2, meanMs: 20, maxMs: 30 }),
        total: expect.objectContaining({ count: 2, meanMs: 200, maxMs: 300 }),
      });
      expect(models).toContainEqual(
        expect.objectContaining({ model: 'small-model', requests: 1, costUsd: null }),
      );
    });

    it('leaves out cached and joined answers, which called no model', async () => {
      const { record, read } = setUp();
      for (const cacheOutcome of ['EXACT', 'SEMANTIC', 'JOINED'] as const) record({ cacheOutcome });
      expect((await read()).models).toEqual([]);
    });

    it('counts a model that another took over from as a failed request of its own', async () => {
      const { record, read } = setUp();
      record({
        model: 'small-model',
        fallbacks: [
          { model: 'large-model', code: 'UPSTREAM_TIMEOUT' },
          { model: 'large-model', code: 'UPSTREAM_UNAVAILABLE' },
        ],
      });
      const { requests, models } = await read();
      expect(requests).toBe(1);
      expect(models).toContainEqual(
        expect.objectContaining({ model: 'large-model', requests: 2, failures: 2 }),
      );
      expect(models).toContainEqual(
        expect.objectContaining({ model: 'small-model', requests: 1, failures: 0 }),
      );
    });

    it('counts an upstream failure against the model, and does not time it as an answer', async () => {
      const { record, read } = setUp();
      record({ status: 'FAILED', failure: 'UPSTREAM_PROTOCOL', finishReason: null });
      const [model] = (await read()).models;
      expect(model).toMatchObject({ requests: 1, failures: 1, total: { count: 0 } });
      expect(model?.firstToken.count).toBe(1);
    });

    it.each([
      'INTERNAL',
      'SHUTTING_DOWN',
    ] as const)('does not blame the model for a request that failed with %s', async (failure) => {
      const { record, read } = setUp();
      record({ status: 'FAILED', failure, finishReason: null });
      expect((await read()).models).toMatchObject([{ requests: 1, failures: 0 }]);
    });

    it('counts a cancelled request as a request and not as a failure', async () => {
      const { record, read } = setUp();
      record({ status: 'CANCELLED', failure: 'CANCELLED', finishReason: null, firstTokenMs: null });
      expect((await read()).models).toMatchObject([
        { requests: 1, failures: 0, firstToken: { count: 0 }, total: { count: 0 } },
      ]);
    });
  });

  describeRatingStatistics(create);
  describeArmStatistics(create);

  describe('percentiles', () => {
    it('are within 1 % of the exact ones on a heavy tail', async () => {
      const { record, read } = setUp();
      const latencies = heavyTail(20_000);
      for (const totalMs of latencies) record({ cacheOutcome: 'EXACT', model: null, totalMs });
      const { hitLatency } = await read();
      expectWithin(hitLatency, latencies, 0.01);
    });

    it('stay within 1 % when they are merged over many minutes', async () => {
      const { clock, record, read } = setUp();
      const latencies = heavyTail(6_000);
      latencies.forEach((totalMs, index) => {
        if (index % 120 === 0) clock.advance(MINUTE);
        record({ totalMs });
      });
      for (const window of ['HOUR', 'DAY', 'ALL'] as const) {
        const [model] = (await read(window)).models;
        expectWithin(model?.total, latencies, 0.01);
      }
    });

    it('take a duration of zero for what it is', async () => {
      const { record, read } = setUp();
      record({ overheadMs: 0 });
      record({ overheadMs: 0 });
      record({ overheadMs: 3 });
      expect((await read()).overhead).toMatchObject({ count: 3, meanMs: 1, p50Ms: 0, maxMs: 3 });
    });
  });

  describe('windows', () => {
    const ages: readonly [string, number, readonly StatsWindow[]][] = [
      ['now', 0, ['MINUTE', 'HOUR', 'DAY', 'ALL']],
      ['in the minute before', MINUTE, ['MINUTE', 'HOUR', 'DAY', 'ALL']],
      ['two minutes before', 2 * MINUTE, ['HOUR', 'DAY', 'ALL']],
      ['59 minutes before', 59 * MINUTE, ['HOUR', 'DAY', 'ALL']],
      ['60 minutes before', 60 * MINUTE, ['DAY', 'ALL']],
      ['23 hours before', 23 * HOUR, ['DAY', 'ALL']],
      ['24 hours before', 24 * HOUR, ['ALL']],
      ['a month before', 30 * 24 * HOUR, ['ALL']],
    ];

    it.each(ages)('find a request of %s', async (_when, age, windows) => {
      const { clock, record, read } = setUp();
      record();
      clock.advance(age);
      for (const window of ['MINUTE', 'HOUR', 'DAY', 'ALL'] as const) {
        const { requests } = await read(window);
        expect([window, requests]).toEqual([window, windows.includes(window) ? 1 : 0]);
      }
    });

    it('count every request once while minutes pass into hours and days', async () => {
      const { clock, record, read } = setUp();
      for (let minute = 0; minute < 3 * 24 * 60; minute += 1) {
        record();
        if (minute % 7 === 0) await read('HOUR');
        clock.advance(MINUTE);
      }
      clock.advance(-MINUTE);
      expect((await read('MINUTE')).requests).toBe(2);
      expect((await read('HOUR')).requests).toBe(60);
      expect((await read('DAY')).requests).toBe(24 * 60);
      expect((await read('ALL')).requests).toBe(3 * 24 * 60);
    });

    it('go on when the clock is set back, and lose nothing of the total', async () => {
      const { clock, record, read } = setUp();
      clock.set(clock.now() + 90_000);
      record();
      clock.set(clock.now() - 90_000);
      record();
      expect((await read('MINUTE')).requests).toBe(1);
      expect((await read('ALL')).requests).toBe(2);
      clock.set(clock.now() + 90_000);
      record();
      expect((await read('MINUTE')).requests).toBe(3);
    });
  });

  describe('tenants', () => {
    it('see their own requests only, and an unknown one sees none', async () => {
      const { record, statistics } = setUp();
      record({ tenant: 'acme' });
      record({ tenant: 'globex' });
      record({ tenant: 'globex' });
      expect((await statistics.read({ tenant: 'acme' }, 'ALL')).requests).toBe(1);
      expect((await statistics.read({ tenant: 'globex' }, 'ALL')).requests).toBe(2);
      expect((await statistics.read({ tenant: 'initech' }, 'ALL')).requests).toBe(0);
    });

    it('are merged for ALL_TENANTS in every window', async () => {
      const { clock, record, statistics } = setUp();
      record({ tenant: 'acme', savedUsd: 1 });
      clock.advance(5 * MINUTE);
      record({ tenant: 'globex', savedUsd: 2 });
      const read = (window: StatsWindow) => statistics.read('ALL_TENANTS', window);
      expect(await read('MINUTE')).toMatchObject({ requests: 1, savedUsd: 2 });
      expect(await read('HOUR')).toMatchObject({ requests: 2, savedUsd: 3 });
      expect(await read('ALL')).toMatchObject({ requests: 2, savedUsd: 3 });
    });

    it('may bear any name', async () => {
      const { record, statistics } = setUp();
      for (const tenant of ['__proto__', 'constructor', 'a:b', '']) {
        record({ tenant, model: tenant });
        const { requests, models } = await statistics.read({ tenant }, 'ALL');
        expect({ requests, model: models[0]?.model }).toEqual({ requests: 1, model: tenant });
      }
    });
  });

  describe('erasing a tenant', () => {
    const windows: readonly [StatsWindow, number][] = [
      ['MINUTE', 1],
      ['HOUR', 1],
      ['DAY', 2],
      ['ALL', 2],
    ];

    it.each(windows)('leaves nothing of it in %s, and all of others', async (window, left) => {
      const { clock, record, statistics } = setUp();
      const tenants = ['a', '*', 'a:b', 'acme'];
      for (const tenant of tenants) record({ tenant });
      clock.advance(2 * HOUR);
      for (const tenant of tenants) record({ tenant });
      await statistics.erase('a');
      await statistics.erase('*');
      const found = tenants.map(
        async (tenant) => (await statistics.read({ tenant }, window)).requests,
      );
      expect(await Promise.all(found)).toEqual([0, 0, left, left]);
      // What they have used together is nobody's alone.
      expect((await statistics.read('ALL_TENANTS', window)).requests).toBe(4 * left);
    });

    it('counts it anew from then on', async () => {
      const { record, statistics, read } = setUp();
      record();
      await statistics.erase('acme');
      record();
      record();
      for (const window of ['MINUTE', 'HOUR', 'DAY', 'ALL'] as const) {
        expect((await read(window)).requests).toBe(2);
      }
      await statistics.erase('acme');
      expect((await read('ALL')).requests).toBe(0);
    });

    it('may be done where nothing was counted', async () => {
      const { statistics, read } = setUp();
      await statistics.erase('acme');
      statistics.forget('acme');
      expect((await read('ALL')).requests).toBe(0);
    });
  });

  it('does not throw at, nor is spoilt by, a duration that is no number', async () => {
    const { record, read } = setUp();
    record({ overheadMs: Number.NaN, totalMs: Number.POSITIVE_INFINITY });
    record({ overheadMs: 5 });
    const summary = await read();
    expect(summary.requests).toBe(2);
    expect(summary.overhead).toMatchObject({ count: 1, meanMs: 5 });
  });
}

/** Latencies as gateways see them: a log-normal body, and a Pareto tail of a twentieth. */
function heavyTail(count: number): readonly number[] {
  const random = seededRandom(7);
  return Array.from({ length: count }, () => {
    const gaussian = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const body = 0.8 * Math.exp(gaussian);
    return random() < 0.05 ? body + 100 * (1 - random()) ** (-1 / 1.2) : body;
  });
}

function expectWithin(
  summary:
    | {
        count: number;
        p50Ms: number | null;
        p95Ms: number | null;
        p99Ms: number | null;
        maxMs: number | null;
      }
    | undefined,
  values: readonly number[],
  tolerance: number,
): void {
  const sorted = values.toSorted((a, b) => a - b);
  const exact = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
  const error = (found: number | null | undefined, right: number) =>
    Math.abs((found ?? Number.NaN) - right) / right;
  expect(summary?.count).toBe(values.length);
  expect(error(summary?.p50Ms, exact(0.5))).toBeLessThanOrEqual(tolerance);
  expect(error(summary?.p95Ms, exact(0.95))).toBeLessThanOrEqual(tolerance);
  expect(error(summary?.p99Ms, exact(0.99))).toBeLessThanOrEqual(tolerance);
  expect(summary?.maxMs).toBe(exact(1));
}
