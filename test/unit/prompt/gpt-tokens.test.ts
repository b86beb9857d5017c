import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadGptTokenCounter } from '../../../src/prompt/gpt-tokens.ts';
import type { CountTokens } from '../../../src/prompt/tokens.ts';
import { awkwardText } from '../../support/awkward-text.ts';

let countTokens: CountTokens;
beforeAll(async () => {
  countTokens = await loadGptTokenCounter();
});

describe('the token counter', () => {
  it.each([
    ['', 0],
    ['Hello, world!', 4],
    ['The quick brown fox jumps over the lazy dog.', 10],
    ['1234567', 3],
  ])('counts %j as o200k_base does', (text, tokens) => {
    expect(countTokens(text)).toBe(tokens);
  });

  it('counts a long text as the sum of its sentences', () => {
    const sentence = ' The quick brown fox jumps over the lazy dog.';
    expect(countTokens(sentence.repeat(1_000))).toBe(1_000 * countTokens(sentence));
  });

  it('takes special tokens in a prompt for text', () => {
    expect(countTokens('<|endoftext|>')).toBeGreaterThan(4);
    expect(countTokens('a <|endoftext|> b <|endofprompt|>')).toBeGreaterThan(10);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(awkwardText, fc.string({ unit: 'binary' })), (text) => {
        expect(countTokens(text)).toBeGreaterThanOrEqual(text === '' ? 0 : 1);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    'a',
    'A',
    ' ',
    '\n',
    '!',
    '漢',
    'क़',
    '🐣',
    '\u0301\u0323',
    "a's",
    '<|endoftext|>',
  ])('takes linear time for half a megabyte of %j', (unit) => {
    const text = unit.repeat(2 ** 19 / unit.length);
    const startedAt = performance.now();
    expect(countTokens(text)).toBeGreaterThan(1_000);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});
