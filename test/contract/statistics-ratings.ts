import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/domain/clock.ts';
import type { Rating, Statistics, StatsScope } from '../../src/telemetry/statistics.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { sampleRating, sampleRecord } from '../support/sample-record.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const acme = { tenant: 'acme' };
const windows = ['MINUTE', 'HOUR', 'DAY', 'ALL'] as const;

/** What every adapter of the Statistics port does with ratings; a part of `statisticsContract`. */
export function describeRatingStatistics(create: (clock: Clock) => Statistics): void {
  function setUp() {
    const clock = fakeClock();
    const statistics = create(clock);
    return {
      clock,
      statistics,
      rate: (changes: Partial<Rating> = {}) =>
        statistics.rate(sampleRating({ at: clock.now(), ...changes })),
      read: () => statistics.read(acme, 'ALL'),
    };
  }

  describe('ratings', () => {
    it('add up for the model that wrote the answers', async () => {
      const { statistics, rate, read } = setUp();
      statistics.record(sampleRecord());
      for (const verdict of ['GOOD', 'BAD', 'GOOD'] as const) rate({ verdict });
      rate({ verdict: 'BAD', model: 'small-model' });
      const { models, requests, wrongHits } = await read();
      expect(models).toContainEqual(
        expect.objectContaining({ model: 'large-model', requests: 1, ratings: 3, goodRatings: 2 }),
      );
      expect(models).toContainEqual(
        expect.objectContaining({ model: 'small-model', requests: 0, ratings: 1, goodRatings: 0 }),
      );
      expect({ requests, wrongHits }).toEqual({ requests: 1, wrongHits: 0 });
    });

    it('count a wrong hit, and not against the model', async () => {
      const { rate, read } = setUp();
      rate({ verdict: 'WRONG_CACHE_HIT' });
      rate({ verdict: 'WRONG_CACHE_HIT', model: null });
      expect(await read()).toMatchObject({ requests: 0, wrongHits: 2, models: [] });
    });

    it('count for nobody where it is not known who wrote the answer', async () => {
      const { rate, read } = setUp();
      rate({ model: null });
      expect(await read()).toMatchObject({ models: [] });
    });

    it('fall into the windows of the time when they are given', async () => {
      const { clock, rate, statistics } = setUp();
      const found = () =>
        Promise.all(
          windows.map(async (window) => {
            const { wrongHits, models } = await statistics.read(acme, window);
            return [wrongHits, models[0]?.ratings ?? 0];
          }),
        );
      rate();
      rate({ verdict: 'WRONG_CACHE_HIT' });
      expect(await found()).toEqual(Array(4).fill([1, 1]));
      clock.advance(5 * MINUTE);
      rate();
      expect(await found()).toEqual([
        [0, 1],
        [1, 2],
        [1, 2],
        [1, 2],
      ]);
      clock.advance(25 * HOUR);
      expect(await found()).toEqual([
        [0, 0],
        [0, 0],
        [0, 0],
        [1, 2],
      ]);
    });

    it('are seen by their own tenant, and merged for ALL_TENANTS', async () => {
      const { rate, statistics } = setUp();
      rate({ verdict: 'WRONG_CACHE_HIT' });
      rate({ tenant: 'globex', verdict: 'WRONG_CACHE_HIT' });
      rate({ tenant: 'globex', verdict: 'BAD' });
      const read = async (scope: StatsScope) => {
        const { wrongHits, models } = await statistics.read(scope, 'ALL');
        return [wrongHits, models[0]?.ratings ?? 0];
      };
      expect(await read(acme)).toEqual([1, 0]);
      expect(await read({ tenant: 'globex' })).toEqual([1, 1]);
      expect(await read('ALL_TENANTS')).toEqual([2, 1]);
    });

    it('are gone when their tenant is erased', async () => {
      const { rate, statistics, read } = setUp();
      rate();
      rate({ verdict: 'WRONG_CACHE_HIT' });
      await statistics.erase('acme');
      expect(await read()).toMatchObject({ wrongHits: 0, models: [] });
    });
  });
}
