import { expect, test } from 'vitest';
import { type Example, fitLogistic } from '../../../../eval/cache/logistic.ts';
import { seededRandom } from '../../../support/seeded-random.ts';

test('finds the weights that made the examples', () => {
  const random = seededRandom(7);
  const examples: Example[] = Array.from({ length: 20_000 }, () => {
    const one = random() * 4 - 2;
    const other = random() * 4 - 2;
    const chance = 1 / (1 + Math.exp(-(0.5 + 2 * one - other)));
    return { inputs: [1, one, other], positive: random() < chance };
  });

  const [intercept, ...weights] = fitLogistic(examples, 0.001);

  expect(intercept).toBeCloseTo(0.5, 0);
  expect(weights[0]).toBeCloseTo(2, 0);
  expect(weights[1]).toBeCloseTo(-1, 0);
});

test('weighs what never varies with nothing', () => {
  const examples = [1, -1, 1, -1, 1].map((sign) => ({
    inputs: [1, sign, 0],
    positive: sign > 0,
  }));

  expect(fitLogistic(examples, 1)[2]).toBe(0);
});
