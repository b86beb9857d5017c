import { describe, expect, it } from 'vitest';
import { lemmaOf } from '../../../../../src/cache/semantic/guards/lemma.ts';

describe('the lemma of a word', () => {
  it.each([
    ['chicks', 'chick'],
    ['diseases', 'disease'],
    ['boxes', 'box'],
    ['babies', 'baby'],
    ['potatoes', 'potato'],
    ['headaches', 'headache'],
    ['knives', 'knife'],
    ['children', 'child'],
    ['diagnoses', 'diagnosis'],
    ['making', 'make'],
    ['running', 'run'],
    ['treated', 'treat'],
    ['created', 'create'],
    ['visited', 'visit'],
    ['charging', 'charge'],
    ['handled', 'handle'],
    ['studied', 'study'],
    ['was', 'be'],
    ['sold', 'sell'],
  ])('of %s is %s', (form, lemma) => {
    expect(lemmaOf(form)).toBe(lemma);
  });

  it.each([
    'news',
    'diabetes',
    'physics',
    'bus',
    'thing',
    'during',
    'feed',
    'red',
    'always',
  ])('of %s is the word itself', (word) => {
    expect(lemmaOf(word)).toBe(word);
  });
});
