import { describe, expect, test } from 'vitest';
import { calibrationError, type Forecast } from '../../../../eval/router/calibration.ts';
import { seededRandom } from '../../../support/seeded-random.ts';

const random = seededRandom(6);

describe('the calibration error', () => {
  test('of perfect forecasts is near 0 however few there are, where the uncorrected one is not', () => {
    const errors = Array.from({ length: 200 }, () =>
      calibrationError([forecasts(600), forecasts(600)]),
    );

    expect(squareMean(errors.map(({ error }) => error))).toBeLessThan(0.025);
    expect(mean(errors.map(({ uncorrected }) => uncorrected))).toBeGreaterThan(0.04);
  });

  test('of forecasts that are too high by .08 is .08', () => {
    const tooHigh = (count: number) =>
      forecasts(count).map((each) => ({ ...each, expected: each.expected + 0.08 }));
    const errors = Array.from({ length: 100 }, () => calibrationError([tooHigh(1_000)]).error);

    expect(squareMean(errors)).toBeGreaterThan(0.075);
    expect(squareMean(errors)).toBeLessThan(0.085);
  });

  test('sees what is too high in one head and too low in the other', () => {
    const shifted = (by: number) =>
      forecasts(5_000).map((each) => ({ ...each, expected: each.expected + by }));

    expect(calibrationError([shifted(0.1), shifted(-0.1)]).error).toBeCloseTo(0.1, 2);
  });

  test('takes qualities between bad and good', () => {
    const halves = Array.from({ length: 100 }, () => ({ expected: 0.5, true: 0.5 }));

    expect(calibrationError([halves])).toEqual({ error: 0, uncorrected: 0 });
  });
});

/** What is expected comes true as often as expected. */
function forecasts(count: number): readonly Forecast[] {
  return Array.from({ length: count }, () => {
    const expected = 0.2 + 0.6 * random();
    return { expected, true: random() < expected ? 1 : 0 };
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function squareMean(values: readonly number[]): number {
  return Math.sqrt(mean(values.map((value) => value ** 2)));
}
