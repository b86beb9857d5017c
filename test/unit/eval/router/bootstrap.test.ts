import { expect, test } from 'vitest';
import { bootstrap } from '../../../../eval/router/bootstrap.ts';
import { seededRandom } from '../../../support/seeded-random.ts';

test('says how far a mean may be off, and that of two figures of the same draws', () => {
  const random = seededRandom(8);
  const values = Array.from({ length: 400 }, () => random());
  const meanOf = (counts: Uint16Array) =>
    values.reduce((sum, value, at) => sum + value * (counts[at] ?? 0), 0) / values.length;

  const [mean = [0, 0], difference = [0, 0]] = bootstrap(
    values.length,
    (counts) => [meanOf(counts), meanOf(counts) - meanOf(counts)],
    { draws: 500, random },
  );

  // Standard deviation of an even spread over 0..1, over the root of the number: 0.0144.
  expect(mean[1] - mean[0]).toBeCloseTo(2 * 1.96 * 0.0144, 2);
  expect(difference).toEqual([0, 0]);
});
