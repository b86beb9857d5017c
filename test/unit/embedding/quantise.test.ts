import { describe, expect, it } from 'vitest';
import { quantiseColumns, quantisedPlace } from '../../../src/embedding/quantise.ts';

describe('a matrix of 8-bit numbers', () => {
  it('is about the same, in each column as closely as its numbers allow', () => {
    const matrix = Float32Array.of(1, 0.001, 0, -0.5, -0.003, 0);
    const { values, scales } = quantiseColumns(matrix, 3);
    expect([...values]).toEqual([127, 42, 0, -64, -127, 0]);
    for (const [at, number] of matrix.entries()) {
      const column = at % 3;
      const back = (values[at] ?? Number.NaN) * (scales[column] ?? Number.NaN);
      expect(Math.abs(back - number)).toBeLessThanOrEqual((scales[column] ?? 0) / 2 + 1e-9);
    }
  });
});

describe('a place whose numbers are made 8-bit ones', () => {
  const even = { outlier: 1.5, lowest: null };
  /** What is left of a number after the way there and back. */
  const through = (number: number, channel: number, place: ReturnType<typeof quantisedPlace>) => {
    const { divisors, scale, zero } = place;
    const divisor = divisors[channel] ?? Number.NaN;
    const whole = Math.min(255, Math.max(0, Math.round(number / divisor / scale) + zero));
    return (whole - zero) * scale * divisor;
  };

  it('divides only the channels that reach far', () => {
    const { divisors } = quantisedPlace(Float32Array.of(1, 1, 30, 1, 1.2), even);
    expect([...divisors].map((divisor) => divisor > 1)).toEqual([false, false, true, false, false]);
  });

  it('keeps all numbers that were seen, the small ones beside the large', () => {
    const reach = Float32Array.of(1, 1, 30, 1, 1.2);
    const place = quantisedPlace(reach, even);
    for (const [channel, most] of reach.entries()) {
      for (const number of [most, -most, most / 3]) {
        expect(Math.abs(through(number, channel, place) - number)).toBeLessThan(0.02 * most);
      }
    }
  });

  it('spends nothing on numbers that do not occur', () => {
    const reach = Float32Array.of(1, 1, 1);
    const symmetric = quantisedPlace(reach, even);
    const positive = quantisedPlace(reach, { outlier: 1.5, lowest: -0.17 });
    expect(positive.scale).toBeLessThan(0.6 * symmetric.scale);
    expect(Math.abs(through(-0.17, 0, positive) + 0.17)).toBeLessThan(0.01);
  });

  it('is the same where processors differ in the last bits', () => {
    const reach = Float32Array.of(1, 1.1, 30, 1.3, 0.7);
    const nearly = reach.map((most) => most * (1 + 1e-6));
    expect(quantisedPlace(nearly, even)).toEqual(quantisedPlace(reach, even));
  });
});
