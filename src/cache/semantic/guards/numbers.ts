import {
  BEFORE_ROMANS,
  DECADES,
  ORDINALS,
  PLAIN_ROMANS,
  SCALE_LETTERS,
  SCALES,
  SHORT_ROMANS,
} from './number-words.ts';
import type { Piece } from './piece.ts';
import { readQuantity } from './quantity.ts';
import { newToken, type Token } from './token.ts';
import { CASED_UNITS, UNITS } from './units.ts';

/** "$5m", "5kg", "21st", "10%", "4pm", "1,000" */
const NUMERIC = /^([+-]?)(us\$|[$€£¥₹#]|rs\.?|usd|inr|eur|gbp)?([+-]?)([\d,.:/-]*\d)(.*)$/i;

/** What begins with a digit: a number, with its unit if it has one, or else a code. */
export function readNumeric(piece: Piece): Token[] {
  const asCode = [newToken('CODE', piece.text.toLowerCase(), piece)];
  const [, before = '', currency = '', inner = '', digits, rest = ''] =
    NUMERIC.exec(piece.text) ?? [];
  if (digits === undefined) return asCode;

  const money = UNITS.get(currency.toLowerCase().replace('.', ''));
  const read = readDigits(digits, rest, money !== undefined);
  const unit = money ?? unitOf(read.rest);
  if (read.text === null || (read.rest !== '' && unitOf(read.rest) === undefined)) return asCode;

  const sign = before === '-' || inner === '-' ? '-' : '';
  const number = newToken('NUMBER', sign + read.text, piece);
  if (unit === undefined) return [number];
  return [number, newToken('UNIT', unit, { pause: 'NONE', joint: '' })];
}

function unitOf(written: string): string | undefined {
  return CASED_UNITS.get(written) ?? UNITS.get(written.toLowerCase());
}

const THOUSANDS = /^\d{1,3}(?:,\d{2,3})+(?:\.\d+)?$/;
const KEPT_AS_WRITTEN =
  /^(?:\d{1,2}:\d{2}(?::\d{2})?|\d+:\d+|\d+\/\d+|\d{1,4}([-/.])\d{1,2}\1\d{1,4})$/;

/** The number that the digits and the letters right behind them make, and what is left of those. */
function readDigits(
  digits: string,
  rest: string,
  isMoney: boolean,
): { text: string | null; rest: string } {
  if (KEPT_AS_WRITTEN.test(digits)) return { text: digits, rest };
  const plain = THOUSANDS.test(digits) ? digits.replaceAll(',', '') : digits;
  if (!/^\d*\.?\d+$/.test(plain)) return { text: null, rest };

  const ending = rest.toLowerCase();
  if (/^(?:st|nd|rd|th)$/.test(ending)) return { text: plain + ending, rest: '' };
  if (/^'?s$/.test(ending) && /^(?:\d0|\d{3}0)$/.test(plain))
    return { text: `${plain}s`, rest: '' };
  if (ending === '+') return { text: `${plain}+`, rest: '' };
  if (ending === '' || ending === "'s")
    return { text: isMoney ? plain.replace(/\.00$/, '') : plain, rest: '' };
  const scale = SCALE_LETTERS.get(ending) ?? (isMoney ? MONEY_SCALES.get(ending) : undefined);
  if (scale !== undefined && plain !== '401')
    return { text: scaled(Number(plain), scale), rest: '' };
  return { text: plain, rest };
}

const MONEY_SCALES: ReadonlyMap<string, number> = new Map([
  ['m', 1_000_000],
  ['b', 1_000_000_000],
]);

function scaled(value: number, scale: number): string {
  return String(Number((value * scale).toPrecision(12)));
}

/** The tokens with number words, ordinals and Roman numerals in digits, and with the units behind numbers. */
export function withNumbers(written: readonly Token[]): Token[] {
  const tokens = moneyBehindScales(written);
  const read: Token[] = [];
  let at = 0;
  while (at < tokens.length) {
    const { made, length } = readNumberAt(tokens, at, read.at(-1));
    read.push(...made);
    at += length;
    const unit = read.at(-1)?.kind === 'NUMBER' ? unitAt(tokens, at, read.at(-1)) : null;
    if (unit !== null) {
      read.push(newToken('UNIT', unit.text, { pause: 'NONE', joint: '' }));
      at += unit.length;
    }
  }
  return read;
}

/** "$5 million" is read as 5 million dollars. */
function moneyBehindScales(tokens: readonly Token[]): readonly Token[] {
  if (!tokens.some(({ kind }) => kind === 'UNIT')) return tokens;
  const swapped = [...tokens];
  for (let at = 1; at < swapped.length - 1; at += 1) {
    const [unit, scale] = [swapped[at], swapped[at + 1]];
    if (unit?.kind !== 'UNIT' || scale === undefined || !SCALES.has(scale.text)) continue;
    swapped[at] = scale;
    swapped[at + 1] = unit;
  }
  return swapped;
}

function readNumberAt(
  tokens: readonly Token[],
  at: number,
  previous: Token | undefined,
): { made: Token[]; length: number } {
  const token = tokens[at];
  if (token === undefined) return { made: [], length: 1 };
  const quantity = readQuantity(tokens, at, previous?.text ?? '');
  if (quantity !== null) {
    const { text, length, loose } = quantity;
    return { made: [newToken('NUMBER', text, token, { loose })], length };
  }
  const single = token.kind === 'WORD' ? singleNumber(token.text, previous, tokens[at + 1]) : null;
  return { made: [single === null ? token : newToken('NUMBER', single, token)], length: 1 };
}

/** An ordinal, a decade or a Roman numeral. */
function singleNumber(
  word: string,
  previous: Token | undefined,
  next: Token | undefined,
): string | null {
  const before = previous?.text ?? '';
  const ordinal = ORDINALS.get(word);
  if (ordinal !== undefined && (word !== 'second' || BEFORE_SECOND.has(before))) {
    return `${ordinal}${ordinalEnding(ordinal)}`;
  }
  const decade = DECADES.get(word);
  if (decade !== undefined) return decade;
  if (previous?.kind !== 'WORD') return null;
  const roman =
    PLAIN_ROMANS.get(word) ?? (BEFORE_ROMANS.has(before) ? SHORT_ROMANS.get(word) : undefined);
  if (roman === undefined || (word === 'i' && !isTypeOne(before, next?.text ?? ''))) return null;
  return String(roman);
}

/** "type I diabetes", not "which type I need" */
function isTypeOne(before: string, next: string): boolean {
  return BEFORE_ONE.has(before) && !AFTER_PRONOUN.has(next);
}

const BEFORE_SECOND: ReadonlySet<string> = new Set('the my your his her our their'.split(' '));
const BEFORE_ONE: ReadonlySet<string> = new Set('type phase stage class tier war'.split(' '));
const AFTER_PRONOUN: ReadonlySet<string> = new Set(
  'am have had do did can could will would should must may might was want need like use'.split(' '),
);

function ordinalEnding(value: number): string {
  if (value % 100 >= 11 && value % 100 <= 13) return 'th';
  return ['th', 'st', 'nd', 'rd'][value % 10] ?? 'th';
}

/** Units that mean something else more often when they stand behind a space. */
const ONLY_GLUED: ReadonlySet<string> = new Set('in v n j w a x c f k'.split(' '));

function unitAt(
  tokens: readonly Token[],
  at: number,
  number: Token | undefined,
): { text: string; length: number } | null {
  const token = tokens[at];
  if (token?.kind !== 'WORD' || token.pause !== 'NONE' || ONLY_GLUED.has(token.text)) return null;
  const next = tokens[at + 1]?.pause === 'NONE' ? (tokens[at + 1]?.text ?? '') : '';
  if (token.text === 'per' && next === 'cent') return { text: '%', length: 2 };
  const unit = UNITS.get(token.text);
  if (unit === undefined) return null;
  if (unit === 'am' && (Number(number?.text) > 12 || next === 'i')) return null;
  if (unit !== 'degree') return { text: unit, length: 1 };
  const scale = DEGREES.get(next);
  return scale === undefined ? { text: unit, length: 1 } : { text: scale, length: 2 };
}

const DEGREES: ReadonlyMap<string, string> = new Map([
  ['celsius', 'celsius'],
  ['centigrade', 'celsius'],
  ['c', 'celsius'],
  ['fahrenheit', 'fahrenheit'],
  ['f', 'fahrenheit'],
]);
