import { describe, expect, it } from 'vitest';
import { areMisspelt, areRelated } from '../../../../../src/cache/semantic/guards/likeness.ts';

describe('a slip of the hand', () => {
  it.each([
    ['alternatievs', 'alternatives'],
    ['applicatoin', 'application'],
    ['recomended', 'recommended'],
    ['sypmtom', 'symptom'],
  ])('%s is %s', (one, other) => {
    expect(areMisspelt(one, other)).toBe(true);
    expect(areMisspelt(other, one)).toBe(true);
  });

  it.each([
    ['dairy', 'diary'],
    ['casual', 'causal'],
    ['county', 'country'],
    ['boiler', 'broiler'],
    ['dessert', 'desert'],
    ['form', 'from'],
    ['sulfate', 'sulfite'],
    ['hyper', 'hypo'],
    ['cat', 'act'],
  ])('%s is not %s', (one, other) => {
    expect(areMisspelt(one, other)).toBe(false);
  });
});

describe('a word of another class', () => {
  it.each([
    ['treat', 'treatment'],
    ['safe', 'safety'],
    ['quick', 'quickly'],
    ['vaccinate', 'vaccination'],
    ['differ', 'difference'],
  ])('%s goes with %s', (one, other) => {
    expect(areRelated(one, other)).toBe(true);
  });

  it.each([
    ['lend', 'lender'],
    ['employ', 'employee'],
    ['hope', 'hopeless'],
    ['art', 'artist'],
  ])('%s does not go with %s', (one, other) => {
    expect(areRelated(one, other)).toBe(false);
  });
});
