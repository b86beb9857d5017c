import { describe, expect, test } from 'vitest';
import { closeness, distancesTo } from '../../../../src/router/gain/centres.ts';
import { findCentres } from '../../../../src/router/gain/find-centres.ts';
import { fitRadial } from '../../../../src/router/gain/fit-radial.ts';
import { seededRandom } from '../../../../src/router/gain/seeded-random.ts';
import { type Table, tableOf } from '../../../../src/router/gain/table.ts';

/** Points in a square. */
const random = seededRandom(1);
const points = Array.from({ length: 1_000 }, () => Float32Array.of(4 * random(), 4 * random()));

describe('centres', () => {
  test('lie among the points, in all parts', () => {
    const centres = findCentres(tableOf(points, 2), 40, seededRandom(2));
    const distances = distancesTo(centres);
    const farthest = Math.max(...points.map((point) => Math.min(...distances.from(point))));
    expect(centres.rows).toBeLessThanOrEqual(40);
    expect(farthest).toBeLessThan(0.8);
  });

  test('are none of them a point: each is the middle of some', () => {
    const far = Array.from({ length: 5 }, (_, at) => Float32Array.of(100 + at ** 3, 0));
    const centres = findCentres(tableOf([...points.slice(0, 200), ...far], 2), 50, seededRandom(3));
    const given = new Set([...points, ...far].map(String));
    expect(rowsOf(centres).filter((row) => given.has(String(row)))).toEqual([]);
  });

  test('are compared by their last numbers with a point that has fewer', () => {
    const centres = tableOf([Float32Array.of(9, 1, 2), Float32Array.of(9, 4, 6)], 3);
    expect([...distancesTo(centres).from(Float32Array.of(1, 2))]).toEqual([0, 25]);
    expect([...distancesTo(centres).from(Float32Array.of(7, 1, 2))]).toEqual([4, 29]);
  });
});

describe('an expectation by closeness', () => {
  const centres = findCentres(tableOf(points, 2), 60, seededRandom(4));
  const wave = ([x = 0, y = 0]: Float32Array) => 0.5 + 0.3 * Math.sin(2 * x) * Math.cos(y);

  test('follows what is known nearby, for several targets at once', () => {
    const noisy = Float64Array.from(points, (point) => Number(random() < wave(point)));
    const opposite = noisy.map((value) => 1 - value);
    const [one, other] = fitRadial(centres, points, [noisy, opposite]);
    const errors = points.map((point) => Math.abs(expected(one, point) - wave(point)));
    expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThan(0.08);
    const at = Float32Array.of(1, 3);
    expect(expected(other, at)).toBeCloseTo(1 - expected(one, at), 6);
  });

  test('leaves out points of which nothing is known', () => {
    const some = Float64Array.from(points, (point, at) =>
      at % 2 === 0 ? wave(point) : Number.NaN,
    );
    const [fit] = fitRadial(centres, points, [some]);
    const at = Float32Array.of(2, 3);
    expect(expected(fit, at)).toBeCloseTo(wave(at), 1);
  });

  test('is one half where nothing is known at all', () => {
    const [fit] = fitRadial(centres, points, [new Float64Array(points.length).fill(Number.NaN)]);
    expect(expected(fit, Float32Array.of(1, 1))).toBe(0.5);
  });

  function expected(
    fit: { intercept: number; weights: Float64Array } | undefined,
    at: Float32Array,
  ) {
    const near = closeness(distancesTo(centres).from(at));
    return near.reduce(
      (sum, each, row) => sum + each * (fit?.weights[row] ?? 0),
      fit?.intercept ?? 0,
    );
  }
});

function rowsOf({ rows, width, values }: Table): readonly Float32Array[] {
  return Array.from({ length: rows }, (_, row) => values.slice(row * width, (row + 1) * width));
}
