import { describe, expect, test } from 'vitest';
import { calibrated, fitCalibration } from '../../../../src/router/gain/calibration.ts';
import { probability } from '../../../../src/router/gain/log-odds.ts';
import { seededRandom } from '../../../../src/router/gain/seeded-random.ts';

describe('a calibration', () => {
  test('makes opinions that are too sure, and too high, into what comes true', () => {
    const random = seededRandom(1);
    const judged = Array.from({ length: 4_000 }, () => {
      const odds = 3 * (random() - 0.5);
      const opinion = probability(2 * odds + 0.5);
      return {
        opinion: { byTrees: opinion, byCentres: opinion },
        quality: Number(random() < probability(odds)),
      };
    });
    const calibration = fitCalibration(judged);
    for (const odds of [-1, 0, 1]) {
      const opinion = probability(2 * odds + 0.5);
      const both = { byTrees: opinion, byCentres: opinion };
      expect(calibrated(calibration, both)).toBeCloseTo(probability(odds), 1);
      expect(calibrated(calibration, { ...both, byCentres: null })).toBeCloseTo(
        probability(odds),
        1,
      );
    }
  });

  test('takes the mean of two opinions, and lets it stand where there is little evidence', () => {
    const calibration = fitCalibration([{ opinion: { byTrees: 0.6, byCentres: 0.4 }, quality: 1 }]);
    expect(calibrated(calibration, { byTrees: 0.9, byCentres: 0.7 })).toBeCloseTo(0.8, 1);
    expect(calibrated(calibration, { byTrees: 0.9, byCentres: null })).toBeCloseTo(0.9, 1);
  });

  test('is never certain', () => {
    const calibration = fitCalibration([]);
    expect(calibrated(calibration, { byTrees: 1, byCentres: 1 })).toBeLessThan(1);
    expect(calibrated(calibration, { byTrees: 0, byCentres: 0 })).toBeGreaterThan(0);
  });
});
