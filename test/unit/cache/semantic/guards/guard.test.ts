import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refusalOf, sameCanonical } from '../../../../../src/cache/semantic/guards/guard.ts';
import { readPrompt } from '../../../../../src/cache/semantic/guards/reading.ts';
import { randomPrompt } from './random-prompt.ts';
import { refused } from './refused.ts';

describe('what asks the same in other words', () => {
  it.each([
    ["What's the weight of a Ross 308 at 21 days?", 'How much does a Ross 308 weigh at 21 days?'],
    ["What's the Ross 308 weight at 21 days?", 'What is the weight of a Ross 308 at 21 days?'],
    ['How do I cancel my card?', "What's the best way to cancel my card?"],
    ['How can I buy a car?', 'What is the best way to purchase a car?'],
    ['Explain photosynthesis', 'What is photosynthesis?'],
    ['Tell me about photosynthesis', 'How does photosynthesis work?'],
    ['What does inflation mean?', 'What is the meaning of inflation?'],
    ['How long does it take to boil an egg?', 'How much time does it take to boil an egg?'],
    ['How do I get rid of ants?', 'How can I eliminate ants?'],
    ['What are the symptoms of flu?', 'What are the signs of influenza?'],
    ['How many feet are in a mile?', 'What is the number of feet in a mile?'],
    ['How old is the universe?', 'What is the age of the universe?'],
    ['What is the price of a Tesla Model 3?', 'How much does a Tesla Model 3 cost?'],
    ['Why was my payment declined?', 'What is the reason my payment was declined?'],
    ['Give me three tips for public speaking', 'List 3 public speaking tips'],
    ['What is GDP?', 'What does gross domestic product mean?'],
    ['What causes coccidiosis in chickens?', 'Why do chickens get coccidiosis?'],
    ['How do I open a bank account?', 'What are the steps to open a bank account?'],
    ['My card was stolen, what should I do?', 'What do I do if my card has been stolen?'],
    ['How do I fix a flat tyre?', 'How do I repair a flat tire?'],
    ['Is that owl on the sofa?', 'Is that owl actually on the sofa?'],
    ['What are some warfarin alternatives?', 'What are some warfarin alternatievs?'],
    ['In winter, how much do hens eat?', 'How much do hens eat in winter?'],
  ])('is not refused: %s', (a, b) => {
    expect(refused(a, b)).toBeNull();
    expect(refused(b, a)).toBeNull();
  });
});

describe('the guards', () => {
  it('give the first reason of several', () => {
    const asked = 'What does a broiler weigh at 21 days in kg?';
    const stored = 'What does a layer not weigh at 28 days in lb?';
    expect(refused(asked, stored)).toBe('NUMBER');
  });

  it('say what differs, to an operator', () => {
    const refusal = refusalOf(
      readPrompt('Can dogs eat grapes?'),
      readPrompt('Can cats eat grapes?'),
    );
    expect(refusal?.detail).toBe('cats and dogs');
  });

  it('refuse what they cannot read, unless it is the same', () => {
    expect(refused('Was ist ein Huhn?', 'What is a chicken?')).toBe('LANGUAGE');
    expect(refused('Was ist ein Huhn?', 'was ist ein  Huhn')).toBeNull();
    expect(refused('法国的首都是什么？', '德国的首都是什么？')).toBe('LANGUAGE');
  });

  it('refuse what is too long to be compared', () => {
    const long = 'What do hens eat? '.repeat(100);
    expect(refused(long, `${long} Or drink?`)).toBe('OTHER');
    expect(refused(long, long.toUpperCase())).toBeNull();
  });

  it('refuse alike whichever prompt comes first, and never a prompt for itself', () => {
    fc.assert(
      fc.property(randomPrompt, randomPrompt, (a, b) => {
        const [one, other] = [readPrompt(a), readPrompt(b)];
        expect(refusalOf(one, other)).toEqual(refusalOf(other, one));
        expect(refusalOf(one, one)).toBeNull();
        expect(sameCanonical(one, other)).toBe(sameCanonical(other, one));
      }),
      { numRuns: 1_000 },
    );
  });

  it('refuse alike for prompts that differ in a few words', () => {
    fc.assert(
      fc.property(randomPrompt, randomPrompt, randomPrompt, (a, b, c) => {
        const [one, other] = [readPrompt(`${a} ${b}`), readPrompt(`${a} ${c}`)];
        expect(refusalOf(one, other)).toEqual(refusalOf(other, one));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('synonyms of a namespace', () => {
  const synonyms = new Map([
    ['broiler', 'broiler'],
    ['meat chicken', 'broiler'],
    ['pos', 'point of sale'],
    ['point of sale', 'point of sale'],
  ]);

  it.each([
    ['a word for a phrase', 'How much does a broiler eat?', 'How much does a meat chicken eat?'],
    ['their plurals', 'How much do broilers eat?', 'How much do meat chickens eat?'],
    ['a phrase with small words', 'What is a POS?', 'What is a point of sale?'],
  ])('lift a refusal: %s', (_, a, b) => {
    expect(refused(a, b)).not.toBeNull();
    expect(refused(a, b, synonyms)).toBeNull();
  });

  it('leave other refusals', () => {
    const [a, b] = ['Does a broiler eat 5 g?', 'Does a meat chicken eat 6 g?'];
    expect(refused(a, b, synonyms)).toBe('NUMBER');
  });

  it('never add a refusal', () => {
    const word = fc.constantFrom(
      'chicken',
      'feed',
      'feeds',
      'paris',
      'not',
      'weight',
      'type',
      'who',
    );
    const lists = fc.array(fc.tuple(word, word), { maxLength: 6 }).map((pairs) => new Map(pairs));
    fc.assert(
      fc.property(randomPrompt, randomPrompt, lists, (a, b, list) => {
        const [one, other] = [readPrompt(a), readPrompt(b)];
        if (refusalOf(one, other) === null) expect(refusalOf(one, other, list)).toBeNull();
      }),
      { numRuns: 1_000 },
    );
  });
});
