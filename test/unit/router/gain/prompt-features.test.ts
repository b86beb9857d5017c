import { describe, expect, test } from 'vitest';
import { LEXICAL_FEATURES } from '../../../../src/router/gain/lexical-features.ts';
import { MOST_HASHES, promptFeatures } from '../../../../src/router/gain/prompt-features.ts';

describe('the features of a prompt', () => {
  test.each([
    ['nothing', ''],
    ['white space', ' \n\t\n'],
    ['a lone surrogate', 'a \ud800 b \udc00'],
    ['many scripts', '你好 мир שלום สวัสดี 👩‍👩‍👧 e\u0301'],
    ['control characters', 'a\0b\u0007c\u2028d'],
    ['marks alone', '?!…$$$%%%((('],
    ['a long line without a space', 'x'.repeat(20_000)],
    ['many lines', '\n'.repeat(20_000)],
  ])('are finite, and as many as always, for %s', (_, prompt) => {
    const { lexical, hashed } = promptFeatures(prompt, null);
    expect(lexical).toHaveLength(LEXICAL_FEATURES);
    expect([...lexical].filter((value) => !Number.isFinite(value))).toEqual([]);
    expect([...hashed]).toEqual([...new Set(hashed)].sort((one, other) => one - other));
  });

  test('are equal for equal prompts, and tell different ones apart', () => {
    expect(promptFeatures('How many apples?', null)).toEqual(
      promptFeatures('How many apples?', null),
    );
    expect(promptFeatures('How many apples?', null)).not.toEqual(
      promptFeatures('Why do apples fall?', null),
    );
  });

  test('have numbers by their length, so that sums with other numbers have the same words', () => {
    const { hashed } = promptFeatures('Add 12 to 345.', null);
    expect(promptFeatures('Add 98 to 761.', null).hashed).toEqual(hashed);
    expect(promptFeatures('Add 98 to 7.', null).hashed).not.toEqual(hashed);
  });

  test('keep the vector as it is', () => {
    const vector = Float32Array.of(0.6, 0.8);
    expect(promptFeatures('Hello', vector).vector).toBe(vector);
  });

  test('of a long prompt are those of its beginning and end, but for its length', () => {
    const filled = (middle: string) => `${'start '.repeat(900)}${middle}${' end'.repeat(1_100)}`;
    const one = promptFeatures(filled('red '.repeat(1_000)), null);
    const other = promptFeatures(filled('17, ('.repeat(800)), null);
    const shorter = promptFeatures(filled('red '.repeat(500)), null);
    expect(one).toEqual(other);
    expect(shorter.hashed).toEqual(one.hashed);
    expect([...shorter.lexical].filter((value, at) => value !== one.lexical[at])).toEqual([
      shorter.lexical[0],
    ]);
  });

  test('are of a bounded size', () => {
    const letter = (at: number) => String.fromCharCode(97 + (Math.floor(at) % 26));
    const words = Array.from({ length: 676 }, (_, at) => `${letter(at / 26)}${letter(at)}`);
    expect(promptFeatures(words.join(' '), null).hashed).toHaveLength(MOST_HASHES);
  });
});
