import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packagedModel } from '../../../src/embedding/base-model.ts';
import { wordPiece } from '../../../src/embedding/word-piece.ts';
import { awkwardText } from '../../support/awkward-text.ts';

const json = readFileSync(packagedModel().tokenizerPath, 'utf8');
const tokenizer = wordPiece(json);
const { vocab } = (JSON.parse(json) as { model: { vocab: Record<string, number> } }).model;
const tokens = new Map(Object.entries(vocab).map(([token, id]) => [id, token]));

/** The tokens of a text, for people to read. */
function read(text: string): string {
  return tokenizer
    .single(text)
    .ids.map((id) => tokens.get(id))
    .join(' ');
}

describe('the tokenizer', () => {
  it.each([
    ['', '[CLS] [SEP]'],
    [' \t\n ', '[CLS] [SEP]'],
    ['How are you?', '[CLS] how are you ? [SEP]'],
    ['unaffable', '[CLS] una ##ffa ##ble [SEP]'],
    ["don't", "[CLS] don ' t [SEP]"],
    ['C++ & $5.99!', '[CLS] c + + & $ 5 . 99 ! [SEP]'],
    ['a^b|c~d`e', '[CLS] a ^ b | c ~ d ` e [SEP]'],
    ['Café RÉSUMÉ', '[CLS] cafe resume [SEP]'],
    ['cafe\u0301', '[CLS] cafe [SEP]'],
    ['İstanbul', '[CLS] istanbul [SEP]'],
    ['ΟΔΟΣ', '[CLS] ο ##δ ##ος [SEP]'],
    ['日本語', '[CLS] 日 本 語 [SEP]'],
    ['天weather日!', '[CLS] 天 weather 日 ! [SEP]'],
    ['\u200eleft\u200e to\u00ad right\ufeff', '[CLS] left to right [SEP]'],
    ['no\u00a0break\u3000wide\u2028line', '[CLS] no break wide line [SEP]'],
    ['bell\u0007 nul\u0000 lost\ufffd', '[CLS] bell nu ##l lost [SEP]'],
    ['🐣 egg', '[CLS] [UNK] egg [SEP]'],
    ['[MASK] [SEP]', '[CLS] [ mask ] [ sep ] [SEP]'],
    ['≮', '[CLS] < [SEP]'],
  ])('reads %j as %s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it('takes a word of more than a hundred characters for unknown', () => {
    expect(read('a'.repeat(100))).not.toContain('[UNK]');
    expect(read('a'.repeat(101))).toBe('[CLS] [UNK] [SEP]');
    expect(read(`${'é'.repeat(100)}`)).not.toContain('[UNK]');
  });

  it('cuts a text to 256 tokens', () => {
    expect(tokenizer.single('word '.repeat(254)).ids).toHaveLength(256);
    expect(tokenizer.single('word '.repeat(255)).ids).toEqual(
      tokenizer.single('word '.repeat(254)).ids,
    );
  });

  it('reads two texts as one row, and knows where the first ends', () => {
    const { ids, first } = tokenizer.pair('How are you?', 'Fine.');
    expect(ids.map((id) => tokens.get(id)).join(' ')).toBe(
      '[CLS] how are you ? [SEP] fine . [SEP]',
    );
    expect(first).toBe(6);
  });

  it('cuts each text of a pair by itself', () => {
    const { ids, first } = tokenizer.pair('word '.repeat(1_000), 'other '.repeat(1_000));
    expect(first).toBe(256);
    expect(ids).toHaveLength(511);
  });

  it('reads a text in the same way when it comes again', () => {
    const bare = (text: string) => tokenizer.single(text).ids.slice(1, -1);
    fc.assert(
      fc.property(fc.oneof(awkwardText, fc.string({ unit: 'binary' })), (text) => {
        const once = bare(text);
        expect(bare(`${text} ${text}`)).toEqual([...once, ...once]);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    'a',
    'a ',
    '!',
    '漢',
    '\u0301',
    '\u0301 ',
    '\u302e',
    '\u200e',
    '가',
    '🐣',
  ])('takes little time for a megabyte of %j', (unit) => {
    const startedAt = performance.now();
    tokenizer.single(unit.repeat(2 ** 20 / unit.length));
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it.each([
    ['no JSON', '{', 'not JSON'],
    ['a tokenizer of another kind', '{"model":{"type":"BPE","vocab":{}}}', 'uncased WordPiece'],
    [
      'a tokenizer that minds case',
      '{"model":{"type":"WordPiece","vocab":{}},"normalizer":{"lowercase":false}}',
      'uncased WordPiece',
    ],
    [
      'a vocabulary without signs of its own',
      '{"model":{"type":"WordPiece","vocab":{"a":1}},"normalizer":{"lowercase":true}}',
      'knows no [CLS]',
    ],
  ])('refuses %s', (_kind, text, message) => {
    expect(() => wordPiece(text)).toThrow(message);
  });
});
