import { describe, expect, it } from 'vitest';
import { firstTextStep, msOfStep } from '../../../src/telemetry/arm-state.ts';

describe('the step of a time to the first text', () => {
  it('is the first for what takes no time, and for a clock that stepped back', () => {
    expect([-5, 0, 0.3, 1].map(firstTextStep)).toEqual([0, 0, 0, 0]);
  });

  it('ends within a tenth above each time that falls into it', () => {
    for (let ms = 1.01; ms < 3_600_000; ms *= 1.013) {
      const longest = msOfStep(firstTextStep(ms));
      expect(longest / ms).toBeGreaterThan(1 - 1e-9);
      expect(longest / ms).toBeLessThan(1.1 + 1e-9);
    }
  });

  it('is a whole number that rises with the time', () => {
    const steps = [2, 20, 200, 2_000, 20_000].map(firstTextStep);
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
    expect(new Set(steps).size).toBe(5);
    expect(steps.every(Number.isInteger)).toBe(true);
  });
});
