import { describe, expect, it } from 'vitest';
import { evidenceAbove } from '../../../../src/router/experiments/confidence-sequence.ts';
import { seededRandom } from '../../../support/seeded-random.ts';

describe('the evidence that something is above zero', () => {
  it.for([
    { estimate: 0, variance: 1 },
    { estimate: -2, variance: 1 },
    { estimate: 0, variance: 0 },
    { estimate: Number.NaN, variance: 1 },
  ])('is none for %o', (deviation) => {
    expect(evidenceAbove(deviation, 1)).toBe(0);
  });

  it('does not depend on the unit', () => {
    const inDollars = evidenceAbove({ estimate: 0.3, variance: 0.01 }, 0.2);
    const inCents = evidenceAbove({ estimate: 30, variance: 100 }, 20);
    expect(inCents).toBeCloseTo(inDollars, 9);
  });

  it('is that of the half-normal mixture, and never above it', () => {
    // 0.8 of the mixture 2 Φ(u) exp(u² / 2) / √(1 + k), u² = z² k / (1 + k), at z = 3 and k = 9, and 0.2 at k = 5625.
    const mixture = 0.8 * 36.221 + 0.2 * 2.395;
    const evidence = evidenceAbove({ estimate: 3, variance: 1 }, 3);
    expect(evidence).toBeLessThan(mixture);
    expect(evidence).toBeGreaterThan(0.98 * mixture);
  });

  it('comes to 20 in at most one of 20 walks that lead nowhere, looked at after each step', () => {
    const random = seededRandom(1);
    const walks = 400;
    let found = 0;
    for (let walk = 0; walk < walks; walk++) if (isProved(random, 0.5)) found += 1;
    expect(found / walks).toBeLessThanOrEqual(0.05);
    // The chance is used, and not given away.
    expect(found / walks).toBeGreaterThan(0.005);
  });

  it('comes to 20 in walks that lead up', () => {
    const random = seededRandom(2);
    for (let walk = 0; walk < 20; walk++) expect(isProved(random, 0.6)).toBe(true);
  });
});

/** Whether the evidence ever comes to 20 in a thousand steps, up with this probability and else down. */
function isProved(random: () => number, up: number): boolean {
  let height = 0;
  for (let steps = 1; steps <= 1_000; steps++) {
    height += random() < up ? 1 : -1;
    if (evidenceAbove({ estimate: height / steps, variance: 1 / steps }, 0.2) >= 20) return true;
  }
  return false;
}
