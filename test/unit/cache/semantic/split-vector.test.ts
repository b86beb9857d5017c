import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newParts, splitVector } from '../../../../src/cache/semantic/split-vector.ts';
import { unitVector } from '../../../support/clustered-vectors.ts';

const aVector = fc
  .array(fc.float({ noNaN: true, min: -100, max: 100 }), { minLength: 1, maxLength: 40 })
  .filter((numbers) => numbers.some((number) => Math.abs(number) > 1e-3))
  .map((numbers) => Float32Array.from(numbers));
const bitsOfPart = fc.constantFrom(7, 8);

describe('a split vector', () => {
  it('is the vector at the length 1, within a step of its low part', () => {
    fc.assert(
      fc.property(aVector, bitsOfPart, (vector, bits) => {
        const { high, low, unit } = splitVector(vector, bits, newParts(64));
        for (const [at, number] of unitVector(vector).entries()) {
          const whole = (high[at] ?? 0) * 2 ** bits + (low[at] ?? 0);
          expect(Math.abs(whole * unit - number)).toBeLessThanOrEqual(unit * 0.51);
        }
      }),
    );
  });

  it('keeps each part within its bits, and the high one within as much on either side', () => {
    fc.assert(
      fc.property(aVector, bitsOfPart, (vector, bits) => {
        const half = 2 ** (bits - 1);
        const { high, low } = splitVector(vector, bits, newParts(64));
        expect(Math.max(...high.map(Math.abs))).toBeLessThan(half);
        expect(Math.min(...low)).toBeGreaterThanOrEqual(-half);
        expect(Math.max(...low)).toBeLessThan(half);
      }),
    );
  });

  it('tells how long the low parts are', () => {
    const { low, unit, lowLength } = splitVector(Float32Array.of(0.3, -0.5, 0.77), 8, newParts(3));
    expect(lowLength).toBeCloseTo(unit * Math.hypot(...low), 10);
    expect(lowLength).toBeGreaterThan(0);
  });

  it.each([
    ['no direction', [0, 0]],
    ['no number', [Number.NaN, 1]],
    ['no end', [Infinity, 1]],
  ])('is nothing for a vector with %s', (_, numbers) => {
    const used = { high: Int8Array.of(1, 2), low: Int8Array.of(3, 4) };
    const split = splitVector(Float32Array.from(numbers), 8, used);
    expect(split).toEqual({ ...newParts(2), unit: 0, lowLength: 0 });
  });
});
