import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitVerbatim } from '../../../src/prompt/verbatim.ts';
import { awkwardText } from '../../support/awkward-text.ts';

function verbatimOf(prompt: string): string[] {
  return splitVerbatim(prompt)
    .filter((part) => part.verbatim)
    .map((part) => part.text);
}

describe('the verbatim parts of a prompt', () => {
  it('are code and quotations, with their delimiters', () => {
    expect(splitVerbatim('Say "Hi" with `print`.')).toEqual([
      { verbatim: false, text: 'Say ' },
      { verbatim: true, text: '"Hi"' },
      { verbatim: false, text: ' with ' },
      { verbatim: true, text: '`print`' },
      { verbatim: false, text: '.' },
    ]);
  });

  it('reach from the first fence to the last', () => {
    expect(verbatimOf('a\n```\nb\n```\nc\n~~~\nd\n~~~\ne')).toEqual([
      '```\nb\n```\nc\n~~~\nd\n~~~',
    ]);
  });

  it('reach to the end when a fence is open', () => {
    expect(verbatimOf('a\n```\nb "c')).toEqual(['```\nb "c']);
  });

  it('do not begin in prose and end in a fence', () => {
    expect(verbatimOf('an open " mark\n```\nb "\n```')).toEqual(['```\nb "\n```']);
  });

  it.each([
    "don't and O'Neil's",
    "the '90s didn't",
    "the dogs' and the cats'",
    "rock 'n roll",
  ])('do not begin with the apostrophes of %j', (prompt) => {
    expect(verbatimOf(prompt)).toEqual([]);
  });

  it('hold apostrophes', () => {
    expect(verbatimOf("say 'I can't' twice")).toEqual(["'I can't'"]);
  });

  it('are the prompt again, joined with the rest', () => {
    fc.assert(
      fc.property(awkwardText, (prompt) => {
        const parts = splitVerbatim(prompt);
        expect(parts.map((part) => part.text).join('')).toBe(prompt);
      }),
      { numRuns: 2_000 },
    );
  });
});
