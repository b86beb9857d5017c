import { describe, it } from 'vitest';
import type { Ratings } from '../../src/generation/ratings.ts';

export type OpenRatings = AsyncDisposable & {
  /** The ratings that all of these know of together, as each process reaches them. */
  readonly processes: readonly [Ratings, ...Ratings[]];
};

/** What every adapter of the Ratings port does. `open` gives processes that know of no rating yet. */
export function describeRatings(name: string, open: () => Promise<OpenRatings>): void {
  describe.concurrent(`ratings ${name}`, () => {
    it('let the first verdict stand, whatever others say', async ({ expect }) => {
      await using opened = await open();
      const [first] = opened.processes;
      expect(await first.claim('a', 'BAD')).toEqual({ verdict: 'BAD', settled: false });
      for (const ratings of opened.processes) {
        expect(await ratings.claim('a', 'GOOD')).toEqual({ verdict: 'BAD', settled: false });
      }
    });

    it('are settled once, and say so from then on', async ({ expect }) => {
      await using opened = await open();
      const [first, ...others] = opened.processes;
      await first.claim('a', 'WRONG_CACHE_HIT');
      expect(await first.settle('a')).toBe(true);
      for (const ratings of [first, ...others]) {
        expect(await ratings.settle('a')).toBe(false);
        expect(await ratings.claim('a', 'GOOD')).toEqual({
          verdict: 'WRONG_CACHE_HIT',
          settled: true,
        });
      }
    });

    it('let one of many stand who rate at once, and one of many settle', async ({ expect }) => {
      await using opened = await open();
      const many = Array.from({ length: 5 }, () => opened.processes).flat();
      const claims = many.map((ratings, index) => ratings.claim('a', index % 2 ? 'GOOD' : 'BAD'));
      const verdicts = (await Promise.all(claims)).map(({ verdict }) => verdict);
      expect(new Set(verdicts).size).toBe(1);
      const settled = await Promise.all(many.map((ratings) => ratings.settle('a')));
      expect(settled.filter((isFirst) => isFirst)).toHaveLength(1);
    });

    it('are apart for each generation', async ({ expect }) => {
      await using opened = await open();
      const [ratings] = opened.processes;
      for (const id of ['a', 'A', 'b', '*', '__proto__']) {
        expect(await ratings.claim(id, 'GOOD')).toEqual({ verdict: 'GOOD', settled: false });
        expect(await ratings.settle(id)).toBe(true);
      }
    });
  });
}
