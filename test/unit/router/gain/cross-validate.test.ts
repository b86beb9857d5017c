import { describe, expect, test } from 'vitest';
import { crossValidate, sameWords } from '../../../../src/router/gain/cross-validate.ts';
import { sumsAndTales } from './sums-and-tales.ts';

describe('cross-validation', () => {
  const outcomes = sumsAndTales(150, 1);
  const held = crossValidate(outcomes, sameWords, { folds: 3, seed: 1 });

  test('holds every outcome out once', () => {
    expect(new Set(held.map(({ outcome }) => outcome))).toEqual(new Set(outcomes));
    expect(held).toHaveLength(outcomes.length);
  });

  test('has folds of about equal size', () => {
    const sizes = [...Map.groupBy(held, ({ fold }) => fold).values()].map((fold) => fold.length);
    expect(sizes).toHaveLength(3);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThan(15);
  });

  test('holds outcomes of the same words out together', () => {
    const words = Map.groupBy(held, ({ outcome }) => sameWords(outcome));
    const alike = [...words.values()].filter((group) => group.length > 1);
    expect(alike.length).toBeGreaterThan(5);
    const foldsOf = alike.map((group) => new Set(group.map(({ fold }) => fold)).size);
    expect(Math.max(...foldsOf)).toBe(1);
  });
});
