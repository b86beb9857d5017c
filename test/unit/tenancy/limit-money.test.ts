import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nanoUsdOf } from '../../../src/tenancy/limit-money.ts';

describe('an amount in nano-dollars', () => {
  it.each([
    [0, 0],
    [0.1, 100_000_000],
    [0.02, 20_000_000],
    [0.00036, 360_000],
    [0.1 + 0.2, 300_000_000],
    [8.1, 8_100_000_000],
    [1e-9, 1],
    [1e-15, 1],
    [0.0000000011, 2],
    [1e9, Number.MAX_SAFE_INTEGER],
  ])('of %d USD is %d', (usd, nanoUsd) => {
    expect(nanoUsdOf(usd)).toBe(nanoUsd);
  });

  it('is what decimal fractions say, whatever their binary ones are', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000_000_000 }), (nanoUsd) => {
        expect(nanoUsdOf(nanoUsd / 1_000_000_000)).toBe(nanoUsd);
      }),
    );
  });
});
