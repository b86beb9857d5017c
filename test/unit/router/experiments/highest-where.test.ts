import { expect, it } from 'vitest';
import { highestWhere } from '../../../../src/router/experiments/highest-where.ts';

it('finds how far something holds', () => {
  const root = highestWhere((value) => value ** 2 <= 2, 0, 2);
  expect(root).toBeCloseTo(Math.SQRT2, 5);
  expect(root).toBeLessThanOrEqual(Math.SQRT2);
});

it('finds nothing where it does not even hold at the lowest', () => {
  expect(highestWhere((value) => value < 0, 0, 1)).toBeNull();
});

it('finds the highest, all but a millionth, where it holds everywhere', () => {
  expect(highestWhere(() => true, -1, 1)).toBeCloseTo(1, 5);
});
