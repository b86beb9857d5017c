import { describe, expect, test } from 'vitest';
import { boostTrees } from '../../../../src/router/gain/boost-trees.ts';
import { probability } from '../../../../src/router/gain/log-odds.ts';
import { seededRandom } from '../../../../src/router/gain/seeded-random.ts';
import { tableOf } from '../../../../src/router/gain/table.ts';
import { sumOfTrees } from '../../../../src/router/gain/trees.ts';

const COLUMNS = 20;

describe('boosted trees', () => {
  test('find a rule that no feature tells alone', () => {
    const random = seededRandom(1);
    // Each tree sees a few columns only: so that it sees both numbers, all are one or the other.
    const twice = () => {
      const [one, other] = [random(), random()];
      return Float32Array.from({ length: COLUMNS }, (_, at) => (at % 2 === 0 ? one : other));
    };
    const rows = Array.from({ length: 2_000 }, twice);
    const isEither = ([one = 0, other = 0]: Float32Array) => one > 0.5 !== other > 0.5;
    const chance = (row: Float32Array) => (isEither(row) ? 0.9 : 0.1);
    const targets = Float64Array.from(rows, (row) => Number(random() < chance(row)));
    const trees = boostTrees(tableOf(rows, COLUMNS), targets, random);
    const errors = Array.from({ length: 500 }, twice).map((row) =>
      Math.abs(probability(sumOfTrees(trees, row)) - chance(row)),
    );
    expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThan(0.12);
  });

  test('split where a feature is rare', () => {
    const random = seededRandom(2);
    const rows = randomRows(2_000, random).map((row, at) =>
      row.map((value, column) => (column === 0 ? Number(at % 20 === 0) : value)),
    );
    const targets = Float64Array.from(rows, (row) => row[0] ?? 0);
    const trees = boostTrees(tableOf(rows, COLUMNS), targets, random);
    const expectedAt = (first: number) =>
      probability(sumOfTrees(trees, new Float32Array(COLUMNS).fill(0.5).fill(first, 0, 1)));
    expect(expectedAt(1)).toBeGreaterThan(0.5);
    expect(expectedAt(0)).toBeLessThan(0.04);
  });

  test('expect the mean where nothing tells rows apart', () => {
    const rows = Array.from({ length: 200 }, () => new Float32Array(COLUMNS));
    const targets = new Float64Array(200).fill(0.3);
    const trees = boostTrees(tableOf(rows, COLUMNS), targets, seededRandom(3));
    expect(probability(sumOfTrees(trees, new Float32Array(COLUMNS)))).toBeCloseTo(0.3, 5);
  });

  test('expect one half where nothing was seen', () => {
    const trees = boostTrees(tableOf([], COLUMNS), new Float64Array(), seededRandom(4));
    expect(probability(sumOfTrees(trees, new Float32Array(COLUMNS)))).toBe(0.5);
  });
});

function randomRows(count: number, random: () => number): readonly Float32Array[] {
  return Array.from({ length: count }, () => Float32Array.from({ length: COLUMNS }, random));
}
