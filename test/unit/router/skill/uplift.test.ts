import { describe, expect, test } from 'vitest';
import { promisedUplift, upliftOf } from '../../../../src/router/skill/uplift.ts';
import { seededRandom } from '../../../support/seeded-random.ts';

describe('the uplift of scores', () => {
  test('is the gain by rank, beyond what a coin would get', () => {
    const { value } = upliftOf([0.1, 0.2, 0.3, 0.4], [0, 0, 0, 1]);

    // The last of four comes first: at shares of 0, 1/4 … 1 the large model's gain is 0, 1/4, 1/4 … of a coin's 0, 1/16 …
    expect(value).toBeCloseTo(3 / 32, 12);
  });

  test('is 0 where all scores are equal, whatever the gains', () => {
    expect(upliftOf([7, 7, 7], [1, 0, -1]).value).toBe(0);
  });

  test('is the negative of that of the opposite scores', () => {
    const random = seededRandom(3);
    const scores = Array.from({ length: 40 }, () => Math.floor(random() * 5));
    const gains = scores.map(() => random() * 2 - 1);

    const opposite = upliftOf(
      scores.map((score) => -score),
      gains,
    );

    expect(opposite.value).toBeCloseTo(-upliftOf(scores, gains).value, 12);
  });

  test('does not depend on the order of the requests, nor on what all gain', () => {
    const scores = [3, 1, 2, 2, 5];
    const gains = [0.1, -0.3, 0.2, 0.9, 0.4];
    const expected = upliftOf(scores, gains);

    const turned = upliftOf(
      scores.toReversed(),
      gains.toReversed().map((gain) => gain + 0.5),
    );

    expect(turned.value).toBeCloseTo(expected.value, 12);
    expect(turned.standardError).toBeCloseTo(expected.standardError, 12);
  });

  test('has the standard error that repetition shows, with skill and with equal scores', () => {
    const random = seededRandom(11);
    const estimates = Array.from({ length: 3_000 }, () => {
      const scores = Array.from({ length: 80 }, () => Math.floor(random() * 4) / 4);
      return upliftOf(
        scores,
        scores.map((score) => (random() < 0.1 + 0.5 * score ? 1 : 0)),
      );
    });

    const values = estimates.map(({ value }) => value);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const spread = Math.sqrt(
      values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length,
    );
    const told = estimates.reduce((sum, { standardError }) => sum + standardError, 0) / 3_000;

    expect(told / spread).toBeGreaterThan(0.95);
    expect(told / spread).toBeLessThan(1.05);
  });

  test('is promised by scores that differ, and by no others', () => {
    expect(promisedUplift([0.2, 0.2, 0.2])).toBe(0);
    expect(promisedUplift([0, 0.4])).toBeCloseTo(0.05, 12);
  });
});
