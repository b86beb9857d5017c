import { SCALES, SMALL_NUMBERS } from './number-words.ts';
import type { Token } from './token.ts';

type Quantity = { readonly text: string; readonly length: number; readonly loose: boolean };

/**
 * The number that begins at `at`, written in words or in digits and words: twenty-one, one hundred and five,
 * 2 million, nineteen eighty-four, a dozen, two and a half, half a, two thirds.
 *
 * @param before the word before it
 */
export function readQuantity(
  tokens: readonly Token[],
  at: number,
  before: string,
): Quantity | null {
  const word = (index: number) => wordAt(tokens, at, index);
  if (word(at) === 'half' && /^an?$/.test(word(at + 1)))
    return { text: '0.5', length: 2, loose: false };

  const start = /^an?$/.test(word(at)) && isCounted(word(at + 1)) ? at + 1 : at;
  const { value, end } = readWhole(tokens, word, start, tokens[at]?.kind === 'NUMBER');
  if (value === null) return null;
  if (end === at + 1 && word(at) === 'one' && isPronoun(before, word(end))) return null;

  const tail = readTail(word, value, end);
  if (tail.end === at + 1 && tokens[at]?.kind === 'NUMBER') return null;
  return {
    text: tail.text,
    length: tail.end - at,
    loose: tail.end === at + 1 && word(at) === 'one',
  };
}

type WordAt = (index: number) => string;

/** A word that goes on without a pause; a number only at the beginning. */
function wordAt(tokens: readonly Token[], start: number, index: number): string {
  const token = tokens[index];
  if (token === undefined) return '';
  if (index > start && (token.pause !== 'NONE' || token.kind !== 'WORD')) return '';
  return token.kind === 'WORD' || /^\d+(?:\.\d+)?$/.test(token.text) ? token.text : '';
}

function isCounted(word: string): boolean {
  return SCALES.has(word) || word === 'dozen';
}

/** What was read of a whole number: the thousands and more, and what is below them. */
type Whole = { readonly total: number; readonly current: number | null };

function readWhole(
  tokens: readonly Token[],
  word: WordAt,
  start: number,
  inDigits: boolean,
): { value: number | null; end: number } {
  const digits = inDigits ? word(start) : '';
  if (inDigits && digits === '') return { value: null, end: start };
  let whole: Whole = { total: 0, current: inDigits ? Number(digits) : null };
  let at = inDigits ? start + 1 : start;
  for (; ; at += 1) {
    const isBehindDigits = inDigits && at === start + 1;
    if (at > start && beginsCompound(tokens, at)) break;
    const next = joinsScales(word, at, start) ? whole : withWord(whole, word(at), isBehindDigits);
    if (next === null) break;
    whole = next;
  }
  if (whole.current === null) return { value: null, end: start };
  return { value: whole.total + whole.current, end: at };
}

/** The "one" of "twenty one-dollar bills", which counts something else than the twenty. */
function beginsCompound(tokens: readonly Token[], at: number): boolean {
  return (
    tokens[at]?.joint !== '-' &&
    tokens[at + 1]?.joint === '-' &&
    !SMALL_NUMBERS.has(tokens[at + 1]?.text ?? '') &&
    !SCALES.has(tokens[at + 1]?.text ?? '')
  );
}

/** The number with one more word; null when that begins something else. */
function withWord({ total, current }: Whole, word: string, isBehindDigits: boolean): Whole | null {
  const small = SMALL_NUMBERS.get(word);
  if (small !== undefined) {
    const joined = isBehindDigits ? null : joinedWith(current, small);
    return joined === null ? null : { total, current: joined };
  }
  const scale = word === 'dozen' ? 12 : SCALES.get(word);
  if (scale === undefined || (current ?? 1) >= 1_000_000_000) return null;
  const scaled = Number(((current ?? 1) * scale).toPrecision(12));
  return scale <= 100 ? { total, current: scaled } : { total: total + scaled, current: 0 };
}

/** The "and" of "one hundred and five" */
function joinsScales(word: WordAt, at: number, start: number): boolean {
  return (
    word(at) === 'and' && at > start && isCounted(word(at - 1)) && SMALL_NUMBERS.has(word(at + 1))
  );
}

/** twenty + one, hundred + five, nineteen + eighty; null for two numbers in a row */
function joinedWith(current: number | null, small: number): number | null {
  if (current === null || current === 0) return small;
  if (current >= 100 && current % 100 === 0 && small < 100) return current + small;
  if (current % 100 >= 20 && current % 10 === 0 && small < 10 && small > 0) return current + small;
  if (current >= 10 && current <= 20 && small >= 10) return current * 100 + small;
  return null;
}

/** What may follow a whole number: "and a half", "point five", "thirds". */
function readTail(word: WordAt, value: number, end: number): { text: string; end: number } {
  if (word(end) === 'and' && word(end + 1) === 'a' && word(end + 2) === 'half') {
    return { text: String(value + 0.5), end: end + 3 };
  }
  const decimal = word(end) === 'point' ? SMALL_NUMBERS.get(word(end + 1)) : undefined;
  if (decimal !== undefined) return { text: `${value}.${decimal}`, end: end + 2 };
  const part = PARTS.get(word(end));
  if (part !== undefined && value >= 1 && value < 10)
    return { text: `${value}/${part}`, end: end + 1 };
  return { text: String(value), end };
}

const PARTS: ReadonlyMap<string, number> = new Map([
  ['half', 2],
  ['halves', 2],
  ['third', 3],
  ['thirds', 3],
  ['quarter', 4],
  ['quarters', 4],
  ['fifth', 5],
  ['fifths', 5],
  ['tenths', 10],
]);

/** Whether "one" between these words is no number: which one, one should, one another. */
function isPronoun(before: string, after: string): boolean {
  return BEFORE_PRONOUN.has(before) || AFTER_PRONOUN.has(after);
}

const BEFORE_PRONOUN: ReadonlySet<string> = new Set(
  'which no this that the each every any another good better best new old right wrong first last only some'.split(
    ' ',
  ),
);
const AFTER_PRONOUN: ReadonlySet<string> = new Set("another of else who that which 's".split(' '));
