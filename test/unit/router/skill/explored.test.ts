import { describe, expect, test } from 'vitest';
import { type Explored, gainsOf } from '../../../../src/router/skill/explored.ts';
import { seededRandom } from '../../../support/seeded-random.ts';

describe('the estimated gains', () => {
  test('are what was seen where both models were asked', () => {
    const both = [asked({ small: 1, large: 0 }), asked({ small: 0.25, large: 0.75 })];

    expect([...gainsOf(both)]).toEqual([-1, 0.5]);
  });

  test('are right on average where one model was asked, however seldom it is', () => {
    const random = seededRandom(4);
    let sum = 0;
    const runs = 400;
    for (let run = 0; run < runs; run += 1) {
      const explored = Array.from({ length: 100 }, () => {
        const large = random() < 0.2;
        return large
          ? asked({ large: random() < 0.9 ? 1 : 0, propensity: 0.2 })
          : asked({ small: random() < 0.6 ? 1 : 0, propensity: 0.8 });
      });
      sum += mean(gainsOf(explored));
    }

    expect(sum / runs).toBeCloseTo(0.3, 1);
  });

  test('vary no more than the control variate leaves them', () => {
    const random = seededRandom(5);
    const explored = Array.from({ length: 2_000 }, () => {
      const good = random() < 0.95 ? 1 : 0;
      const picked = random() < 0.5 ? { small: good } : { large: good };
      return asked({ ...picked, propensity: 0.5 });
    });

    const gains = gainsOf(explored);
    const spread = mean(gains.map((gain) => gain ** 2)) - mean(gains) ** 2;

    // Of plain inverse propensities it would be 4 * 0.95.
    expect(spread).toBeLessThan(4 * 0.95 * 0.05 * 1.2);
  });

  test('are finite while one of the models was never asked', () => {
    const gains = gainsOf([
      asked({ small: 1, propensity: 0.5 }),
      asked({ small: 0, propensity: 0.5 }),
    ]);

    expect(gains.every(Number.isFinite)).toBe(true);
  });
});

function asked(known: Partial<Explored>): Explored {
  return { score: 0, familiarity: 0, small: null, large: null, propensity: 1, ...known };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
