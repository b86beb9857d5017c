import { describe, expect, test } from 'vitest';
import {
  mixtureQuantile,
  mixtureShareBelow,
  studentQuantile,
} from '../../../../src/router/skill/normal.ts';

const STANDARD = [{ weight: 1, mean: 0, deviation: 1 }];

describe('quantiles', () => {
  // By scipy.
  test.each([
    [0.025, -1.959964],
    [0.5, 0],
    [0.9, 1.281552],
  ])('%f of a standard normal distribution lies below %f', (share, quantile) => {
    expect(mixtureQuantile(STANDARD, share)).toBeCloseTo(quantile, 5);
    expect(mixtureShareBelow(STANDARD, quantile)).toBeCloseTo(share, 6);
  });

  test('are those of all parts of a mixture together', () => {
    const mixture = [
      { weight: 0.5, mean: -10, deviation: 1 },
      { weight: 0.5, mean: 10, deviation: 1 },
    ];

    expect(mixtureShareBelow(mixture, 0)).toBeCloseTo(0.5, 6);
    expect(mixtureQuantile(mixture, 0.75)).toBeCloseTo(10, 4);
  });

  // By scipy.
  test.each([
    [28, 2.0484],
    [63, 1.9983],
    [1_000, 1.9623],
  ])('of Student with %i degrees of freedom: %f', (degrees, quantile) => {
    expect(studentQuantile(degrees)).toBeCloseTo(quantile, 3);
  });
});
