import { describe, expect, test } from 'vitest';
import {
  apgrOf,
  costAt,
  rankingOf,
  type Scored,
  tradeOff,
} from '../../../../eval/router/trade-off.ts';

/** Of four prompts the large model answers two better, and one worse. */
const ROWS: readonly Scored[] = [
  { score: 4, small: 0, large: 1 },
  { score: 3, small: 0, large: 1 },
  { score: 2, small: 1, large: 1 },
  { score: 1, small: 1, large: 0 },
];

describe('the trade-off', () => {
  test('gives the large model the prompts with the highest scores', () => {
    expect(curveOf(ROWS)).toEqual([
      { largeShare: 0, quality: 0.5 },
      { largeShare: 0.25, quality: 0.75 },
      { largeShare: 0.5, quality: 1 },
      { largeShare: 0.75, quality: 1 },
      { largeShare: 1, quality: 0.75 },
    ]);
  });

  test('tosses a coin among equal scores', () => {
    const equal = ROWS.map((row) => ({ ...row, score: 7 }));

    expect(curveOf(equal)).toEqual([
      { largeShare: 0, quality: 0.5 },
      { largeShare: 1, quality: 0.75 },
    ]);
  });

  test('counts a row as often as it was drawn', () => {
    const ranking = rankingOf(ROWS);
    const drawn = tradeOff(ROWS, ranking, Uint16Array.from([2, 0, 1, 1]));

    expect(drawn.map(({ quality }) => quality)).toEqual([0.5, 1, 1, 1, 0.75]);
  });
});

describe('the share of the gap that is recovered', () => {
  test('is a half for a coin', () => {
    const equal = ROWS.map((row) => ({ ...row, score: 0 }));

    expect(apgrOf(curveOf(equal))).toBe(0.5);
  });

  test('is the area under the curve', () => {
    // The trapezes over quarters: 0.625, 0.875, 1, 0.875; less 0.5, over a gap of 0.25.
    expect(apgrOf(curveOf(ROWS))).toBeCloseTo((0.84375 - 0.5) / 0.25, 12);
  });

  test('of opposite scores is the rest to 1', () => {
    const opposite = ROWS.map((row) => ({ ...row, score: -row.score }));

    expect(apgrOf(curveOf(opposite))).toBeCloseTo(1 - apgrOf(curveOf(ROWS)), 12);
  });
});

describe('the cost', () => {
  test('is that of the share at which the quality is reached, between two points by a line', () => {
    // 0.95 of 0.75 is 0.7125, which is reached at 0.85 of the first quarter.
    expect(costAt(curveOf(ROWS), 0.95)).toBeCloseTo(0.3 + 0.7 * 0.25 * 0.85, 9);
  });

  test('is the small model’s where that is good enough', () => {
    const good = ROWS.map((row) => ({ ...row, small: row.large }));

    expect(costAt(curveOf(good), 0.95)).toBeCloseTo(0.3, 9);
  });

  test('is the large model’s where all of it is needed', () => {
    const rising = [
      { score: 2, small: 0, large: 0 },
      { score: 1, small: 0, large: 1 },
    ];

    expect(costAt(curveOf(rising), 1)).toBeCloseTo(1, 9);
  });
});

function curveOf(rows: readonly Scored[]) {
  return tradeOff(rows, rankingOf(rows));
}
