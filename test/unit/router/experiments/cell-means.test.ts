import { describe, expect, it } from 'vitest';
import {
  type CellSum,
  largestCount,
  meanDeviation,
  weightOf,
} from '../../../../src/router/experiments/cell-means.ts';

/** So many cells of ten values each, one of which is 1 and the others 0. */
function cells(number: number, sum = 1): CellSum[] {
  return Array.from({ length: number }, () => ({ sum, count: 10 }));
}

describe('how far one mean is above another', () => {
  it('is unknown while an arm has no values', () => {
    expect(meanDeviation(cells(3), [])).toBeNull();
    expect(meanDeviation([{ sum: 0, count: 0 }], cells(3))).toBeNull();
  });

  it('is told with the variance that whole cells show', () => {
    // Around the common mean of 0.2 each cell is off by 1, in ten cells of ten values of each arm.
    expect(meanDeviation(cells(10, 1), cells(10, 3))).toEqual({
      estimate: expect.closeTo(0.2, 12),
      variance: expect.closeTo(2 * (10 / 100 ** 2), 12),
    });
  });

  it.for([10, 100, 10_000])('is no surer for %i values that one user adds', (values) => {
    const withUser = [...cells(19), { sum: values, count: values }];
    const { estimate, variance } = meanDeviation(cells(20), withUser) ?? NONE;
    expect(estimate).toBeGreaterThan(0);
    expect(estimate / Math.sqrt(variance)).toBeLessThan(2);
  });

  it.for([
    [1, 1],
    [1, 64],
    [10, 10],
    [64, 20],
  ])('is never surer than %i cells and %i let it be', ([ofControl = 0, ofTreatment = 0]) => {
    const deviation = meanDeviation(cells(ofControl, 0), cells(ofTreatment, 10));
    const { estimate, variance } = deviation ?? NONE;
    expect(estimate).toBe(1);
    expect(estimate / Math.sqrt(variance)).toBeCloseTo(
      2 / Math.sqrt(1 / ofControl + 1 / ofTreatment),
      9,
    );
  });

  it('is nothing where only rounding differs', () => {
    const priced = (counts: readonly number[]) =>
      counts.map((count) => ({
        sum: Array<number>(count)
          .fill(0.1)
          .reduce((sum, cost) => sum + cost, 0),
        count,
      }));
    const deviation = meanDeviation(priced([3, 7, 11, 6]), priced([10, 9, 23, 12]));
    expect(deviation?.estimate).toBe(0);
  });
});

describe('a cell', () => {
  it('counts for no more than the median one of those that counted something', () => {
    const largest = largestCount([0, 0, 0, 400, 2, 3, 5, 4]);
    expect(largest).toBe(4);
    expect([2, 4, 400].map((count) => count * weightOf(count, largest))).toEqual([2, 4, 4]);
  });

  it('counts for nothing while none counted anything', () => {
    expect(largestCount([0, 0])).toBe(0);
    expect(weightOf(0, 0)).toBe(1);
  });
});

const NONE = { estimate: Number.NaN, variance: Number.NaN };
