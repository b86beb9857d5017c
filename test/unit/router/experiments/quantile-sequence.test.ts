import { describe, expect, it } from 'vitest';
import {
  firstTextsOf,
  slowestOf,
  slownessDeviation,
} from '../../../../src/router/experiments/quantile-sequence.ts';
import { type CellState, firstTextStep } from '../../../../src/telemetry/arm-state.ts';
import { countedArm } from '../../../support/counted-arm.ts';
import { seededRandom } from '../../../support/seeded-random.ts';

/** Times from 100 ms up, few of them long, in each of so many cells. */
function cellsOf(cells: number, timesOfCell: number, times = 1): readonly CellState[] {
  const random = seededRandom(7);
  return countedArm(cells, () =>
    countSteps(Array.from({ length: timesOfCell }, () => (times * 100) / (1 - random()))),
  ).cells;
}

function countSteps(times: readonly number[]) {
  const steps = times.map(firstTextStep);
  return { firstTextSteps: steps, firstTextCounts: steps.map(() => 1) };
}

describe('the slowest first texts', () => {
  it('are told to a step and what chance does, for any share', () => {
    const { control } = firstTextsOf(cellsOf(64, 50), []);
    expect(control.count).toBe(3_200);
    for (const slowShare of [0.5, 0.1, 0.05]) {
      const exact = 100 / slowShare;
      const told = slowestOf(control, slowShare) ?? 0;
      expect(Math.abs(Math.log(told / exact))).toBeLessThan(Math.log(1.15));
    }
  });

  it('are those of most users, and not those of the busiest one', () => {
    const cells = cellsOf(64, 50);
    const busiest = countedArm(64, (cell) => (cell === 63 ? countSteps(MANY) : {})).cells;
    const { control } = firstTextsOf([...cells.slice(0, 63), ...busiest.slice(63)], []);
    expect(control.count).toBe(63 * 50 + MANY.length);
    expect(slowestOf(control, 0.05)).toBeLessThan(5_000);
  });

  it('are nowhere while there are none', () => {
    const { control } = firstTextsOf([], []);
    expect(slowestOf(control, 0.05)).toBeNull();
  });
});

describe('how much slower the treatment is', () => {
  it('is nothing beyond the ratio of two arms that are otherwise alike', () => {
    const { control, treatment } = firstTextsOf(cellsOf(64, 50), cellsOf(64, 50, 1.1 ** 3));
    expect(slownessDeviation(control, treatment, 0.05, 1.1 ** 3)?.estimate).toBeCloseTo(0, 6);
    expect(slownessDeviation(control, treatment, 0.05, 1)?.estimate).toBeGreaterThan(0.01);
    expect(slownessDeviation(control, treatment, 0.05, 1.5)?.estimate).toBeLessThan(-0.001);
  });

  it('has the variance of a share, where each request is of another user', () => {
    const { control, treatment } = firstTextsOf(cellsOf(64, 50), cellsOf(64, 50));
    const variance = slownessDeviation(control, treatment, 0.05, 1)?.variance ?? 0;
    const ofShares = (2 * 0.05 * 0.95) / (64 * 50);
    expect(variance / ofShares).toBeGreaterThan(0.7);
    expect(variance / ofShares).toBeLessThan(1.4);
  });

  it('is nothing where all times are alike', () => {
    const cells = countedArm(64, () => countSteps([500, 500])).cells;
    const { control, treatment } = firstTextsOf(cells, cells);
    expect(slownessDeviation(control, treatment, 0.05, 1)?.estimate).toBe(0);
  });

  it('is told within a step as well, of times under a millisecond too', () => {
    const cells = countedArm(64, () => countSteps([0.2, 0.2, 1.05])).cells;
    const { control, treatment } = firstTextsOf(cells, cells);
    expect(slownessDeviation(control, treatment, 0.05, 1)?.estimate).toBe(0);
    expect(slownessDeviation(control, treatment, 0.05, 1.05)?.estimate).toBeLessThan(0);
  });

  it('is unknown while an arm has no first text', () => {
    const { control, treatment } = firstTextsOf(cellsOf(64, 50), []);
    expect(slownessDeviation(control, treatment, 0.05, 1)).toBeNull();
  });
});

const MANY = Array<number>(10_000).fill(60_000);
