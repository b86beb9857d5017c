import { describe, expect, it } from 'vitest';
import { assignArm, stickyShare } from '../../../../src/router/experiments/assign-arm.ts';
import type { Standing } from '../../../../src/router/experiments/port.ts';
import { CELLS } from '../../../../src/telemetry/arm-state.ts';

const UNITS = Array.from({ length: 20_000 }, (_, index) => `user-${index}`);

function experiment(share: number, key = 'small-first') {
  const standing: Standing = {
    state: 'COLLECTING',
    run: '1',
    share,
    step: null,
    since: 0,
    requestsBefore: { control: 0, treatment: 0 },
    adopted: null,
    conclusion: null,
  };
  return { key, standing };
}

describe('the arm of a unit', () => {
  it('is the same each time', () => {
    const arms = () => UNITS.slice(0, 100).map((unit) => assignArm(experiment(0.3), unit));
    expect(arms()).toEqual(arms());
  });

  it('is none while nobody is assigned', () => {
    expect(UNITS.every((unit) => assignArm(experiment(0), unit) === null)).toBe(true);
  });

  it.for([0.01, 0.1, 0.3, 0.5])('is each arm for %f of all units', (share) => {
    const arms = UNITS.map((unit) => assignArm(experiment(share), unit)?.arm);
    for (const arm of ['control', 'treatment'] as const) {
      const units = arms.filter((each) => each === arm).length;
      expect(isChance(units, UNITS.length, share)).toBe(true);
    }
  });

  it('is one of the two for everybody at a half', () => {
    expect(UNITS.every((unit) => assignArm(experiment(0.5), unit) !== null)).toBe(true);
  });

  it('stays with its cell through a ramp, once there is one', () => {
    for (const unit of UNITS) {
      const ramp = [0.1, 0.3, 0.5].map((share) => assignArm(experiment(share), unit));
      const first = ramp.findIndex((assigned) => assigned !== null);
      for (const later of ramp.slice(first)) expect(later).toEqual(ramp[first]);
    }
  });

  it('says nothing of the arm in another experiment', () => {
    const both = UNITS.filter((unit) =>
      ['one', 'other'].every((key) => assignArm(experiment(0.5, key), unit)?.arm === 'treatment'),
    );
    expect(isChance(both.length, UNITS.length, 0.25)).toBe(true);
  });
});

describe('the cell of a unit', () => {
  it.for(['control', 'treatment'])('is each as likely as another in the %s', (arm) => {
    const counts = Array<number>(CELLS).fill(0);
    for (const unit of UNITS) {
      const assigned = assignArm(experiment(0.1), unit);
      if (assigned?.arm === arm) counts[assigned.cell] = (counts[assigned.cell] ?? 0) + 1;
    }
    const expected = counts.reduce((sum, count) => sum + count) / CELLS;
    const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // The 99.99th percentile with 63 degrees of freedom.
    expect(chiSquare).toBeLessThan(112);
  });
});

describe('the share of a unit', () => {
  it('lies anywhere from 0 to 1', () => {
    const shares = UNITS.map((unit) => stickyShare('split', unit)).sort((a, b) => a - b);
    expect(shares.at(0)).toBeGreaterThanOrEqual(0);
    expect(shares.at(-1)).toBeLessThan(1);
    const furthest = shares.map((share, index) => Math.abs(share - index / UNITS.length));
    // Kolmogorov and Smirnov at the 99.99th percentile.
    expect(Math.max(...furthest)).toBeLessThan(2.2 / Math.sqrt(UNITS.length));
  });

  it('says nothing of the share under another salt, or of an arm', () => {
    const low = UNITS.filter((unit) => stickyShare('split', unit) < 0.5);
    const alsoLow = low.filter((unit) => stickyShare('other split', unit) < 0.5);
    const treated = low.filter((unit) => assignArm(experiment(0.5), unit)?.arm === 'treatment');
    expect(isChance(alsoLow.length, low.length, 0.5)).toBe(true);
    expect(isChance(treated.length, low.length, 0.5)).toBe(true);
  });

  it('takes salt and unit for two things', () => {
    expect(stickyShare('a:b', 'c')).not.toBe(stickyShare('a', 'b:c'));
  });
});

/** Within four standard deviations of what so many throws of a coin bring. */
function isChance(hits: number, throws: number, probability: number): boolean {
  const deviation = Math.sqrt(throws * probability * (1 - probability));
  return Math.abs(hits - throws * probability) < 4 * deviation;
}
