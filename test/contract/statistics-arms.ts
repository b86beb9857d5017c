import { describe, expect, it } from 'vitest';
import type { CacheOutcome } from '../../src/cache/decision.ts';
import type { Clock } from '../../src/domain/clock.ts';
import { firstTextStep } from '../../src/telemetry/arm-state.ts';
import type {
  Rating,
  RequestRecord,
  Statistics,
  StatsWindow,
} from '../../src/telemetry/statistics.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { armOf, cellOf, sampleAssignment } from '../support/sample-arm.ts';
import { sampleRating, sampleRecord } from '../support/sample-record.ts';

const acme = { tenant: 'acme' };
const treatment = sampleAssignment();
const control = sampleAssignment({ arm: 'control' });

/** What every adapter of the Statistics port does with the arms of experiments; a part of `statisticsContract`. */
export function describeArmStatistics(create: (clock: Clock) => Statistics): void {
  function setUp() {
    const clock = fakeClock();
    const statistics = create(clock);
    return {
      clock,
      statistics,
      record: (changes: Partial<RequestRecord> = {}) =>
        statistics.record(sampleRecord({ at: clock.now(), assignments: [treatment], ...changes })),
      rate: (changes: Partial<Rating> = {}) =>
        statistics.rate(sampleRating({ at: clock.now(), assignments: [treatment], ...changes })),
      arms: async () => (await statistics.read(acme, 'ALL')).arms,
    };
  }

  describe('arms of experiments', () => {
    it('count their requests in the cells of who asked, with cost and time to the first text', async () => {
      const { record, arms } = setUp();
      const elsewhere = { ...treatment, cell: 63 };
      record({ costUsd: 0.5, firstTokenMs: 40 });
      record({ costUsd: null, firstTokenMs: 41 });
      record({ costUsd: 0.25, firstTokenMs: 2_000 });
      record({ firstTokenMs: null, assignments: [elsewhere] });
      record({ assignments: [control] });
      record({ assignments: [] });
      const found = await arms();
      expect(found).toHaveLength(2);
      expect(armOf(found, treatment)).toEqual({
        experiment: 'routing',
        run: '1',
        arm: 'treatment',
        cells: [
          {
            cell: 7,
            requests: 3,
            failures: 0,
            priced: 2,
            costUsd: 0.75,
            ratings: 0,
            goodRatings: 0,
            firstTextSteps: [firstTextStep(40), firstTextStep(2_000)],
            firstTextCounts: [2, 1],
          },
          {
            cell: 63,
            requests: 1,
            failures: 0,
            priced: 1,
            costUsd: 0.25,
            ratings: 0,
            goodRatings: 0,
            firstTextSteps: [],
            firstTextCounts: [],
          },
        ],
      });
      expect(cellOf(found, control)).toMatchObject({ requests: 1 });
    });

    it('of two experiments both count a request that is in both', async () => {
      const { record, arms } = setUp();
      const glossary = sampleAssignment({ experiment: 'glossary', cell: 0 });
      record({ assignments: [treatment, glossary] });
      const found = await arms();
      for (const each of [treatment, glossary]) {
        expect(cellOf(found, each)).toMatchObject({ requests: 1 });
      }
    });

    it('count anew in each run, and no more for one that is over', async () => {
      const { record, rate, arms } = setUp();
      const before = { ...treatment, run: '9' };
      const again = { ...treatment, run: '10' };
      record({ assignments: [before] });
      record({ assignments: [again] });
      record({ assignments: [before] });
      rate({ assignments: [before] });
      expect(await arms()).toMatchObject([{ run: '10', cells: [{ requests: 1, ratings: 0 }] }]);
    });

    it.each<[string, Partial<RequestRecord>, number]>([
      ['an upstream failure', { status: 'FAILED', failure: 'UPSTREAM_TIMEOUT' }, 1],
      [
        'a request that another model saved',
        { fallbacks: [{ model: 'small-model', code: 'UPSTREAM_TIMEOUT' }] },
        1,
      ],
      [
        'one that no other model could save',
        {
          status: 'FAILED',
          failure: 'UPSTREAM_TIMEOUT',
          fallbacks: [{ model: 'small-model', code: 'UPSTREAM_TIMEOUT' }],
        },
        1,
      ],
      ['a failure of the gateway', { status: 'FAILED', failure: 'INTERNAL' }, 0],
      ['a request that was cancelled', { status: 'CANCELLED', failure: 'CANCELLED' }, 0],
    ])('take %s for a request, and for a failure or not', async (_, changes, failures) => {
      const { record, arms } = setUp();
      record(changes);
      expect(cellOf(await arms(), treatment)).toMatchObject({ requests: 1, failures });
    });

    it.each<CacheOutcome>([
      'EXACT',
      'SEMANTIC',
      'JOINED',
    ])('are told nothing by an answer that was %s', async (cacheOutcome) => {
      const { record, arms } = setUp();
      record({ cacheOutcome });
      record({ cacheOutcome, model: null });
      expect(await arms()).toEqual([]);
    });

    it('are told nothing by a request that was refused before a model was asked', async () => {
      const { record, arms } = setUp();
      record({ model: null, status: 'FAILED', failure: 'PROMPT_TOO_LONG' });
      expect(await arms()).toEqual([]);
    });

    it('are not spoilt by a duration that is no number', async () => {
      const { record, arms } = setUp();
      record({ firstTokenMs: Number.NaN });
      record({ firstTokenMs: Number.POSITIVE_INFINITY });
      expect(cellOf(await arms(), treatment)).toMatchObject({ requests: 2, firstTextSteps: [] });
    });

    it('find the cell of a rating', async () => {
      const { clock, record, rate, arms } = setUp();
      record();
      clock.advance(3_600_000);
      for (const verdict of ['GOOD', 'BAD', 'GOOD'] as const) rate({ verdict });
      rate({ assignments: [{ ...treatment, cell: 8 }], model: null });
      const found = await arms();
      expect(cellOf(found, treatment)).toMatchObject({ requests: 1, ratings: 3, goodRatings: 2 });
      expect(cellOf(found, { ...treatment, cell: 8 })).toMatchObject({
        requests: 0,
        ratings: 1,
        goodRatings: 1,
      });
    });

    it('do not answer for a wrong hit of the cache', async () => {
      const { rate, arms } = setUp();
      rate({ verdict: 'WRONG_CACHE_HIT' });
      expect(await arms()).toEqual([]);
    });

    it('fall into the windows of the time when they counted, there with all cells in one', async () => {
      const { clock, record, rate, statistics } = setUp();
      record({ firstTokenMs: 40 });
      clock.advance(5 * 60_000);
      record({ firstTokenMs: 40 });
      rate();
      record({ assignments: [{ ...treatment, cell: 9 }], firstTokenMs: 2 });
      const steps = [firstTextStep(2), firstTextStep(40)];
      const last = { requests: 2, ratings: 1, firstTextSteps: steps, firstTextCounts: [1, 1] };
      const both = { ...last, requests: 3, firstTextCounts: [1, 2] };
      const found = async (window: StatsWindow) => (await statistics.read(acme, window)).arms;
      expect(await found('MINUTE')).toMatchObject([{ cells: [{ cell: 0, ...last }] }]);
      for (const window of ['HOUR', 'DAY'] as const) {
        expect(await found(window)).toMatchObject([{ cells: [{ cell: 0, ...both }] }]);
      }
      expect(await found('ALL')).toMatchObject([
        {
          cells: [
            { cell: 7, requests: 2, ratings: 1 },
            { cell: 9, requests: 1 },
          ],
        },
      ]);
    });

    it('are seen by their own tenant, and merged for ALL_TENANTS', async () => {
      const { record, statistics } = setUp();
      record();
      record({ tenant: 'globex' });
      record({ tenant: 'globex' });
      const requests = async (scope: Parameters<Statistics['read']>[0]) =>
        cellOf((await statistics.read(scope, 'ALL')).arms, treatment)?.requests;
      expect(await requests(acme)).toBe(1);
      expect(await requests({ tenant: 'globex' })).toBe(2);
      expect(await requests({ tenant: 'initech' })).toBeUndefined();
      expect(await requests('ALL_TENANTS')).toBe(3);
    });

    it('of a tenant are gone when it is erased, and stay in what all have used', async () => {
      const { clock, record, rate, statistics, arms } = setUp();
      record();
      rate();
      clock.advance(2 * 3_600_000);
      record();
      await statistics.erase('acme');
      expect(await arms()).toEqual([]);
      const all = await statistics.read('ALL_TENANTS', 'ALL');
      expect(cellOf(all.arms, treatment)).toMatchObject({ requests: 2, ratings: 1 });
      record();
      expect(cellOf(await arms(), treatment)).toMatchObject({ requests: 1, ratings: 0 });
    });
  });
}
