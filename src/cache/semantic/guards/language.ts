import { FOREIGN_WORDS } from './foreign-words.ts';
import { FUNCTION_WORDS } from './function-words.ts';
import { isListed } from './synonyms.ts';
import type { Word } from './words.ts';

/**
 * Whether a prompt is English, told by its script and its small words. In doubt it is not: what cannot be read must
 * not be compared.
 */
export function isEnglish(words: readonly Word[]): boolean {
  const read = words.filter(({ kind }) => !UNREADABLE.has(kind));
  const own = read.filter(({ quoted }) => !quoted);
  const plain = own.length > 0 ? own : read;
  if (plain.length === 0) return false;
  const english = sumOf(plain, englishness);
  const foreign = sumOf(plain, foreignness);
  return english >= Math.max(0.5, plain.length * LEAST_ENGLISH) && foreign * MOST_FOREIGN < english;
}

const UNREADABLE: ReadonlySet<string> = new Set(['NUMBER', 'SIGN', 'UNIT', 'CODE']);

function sumOf(words: readonly Word[], weigh: (word: Word) => number): number {
  return words.reduce((sum, word) => sum + weigh(word), 0);
}

function englishness({ kind, lemma }: Word): number {
  if (kind === 'FUNCTION' || kind === 'EMPTY') return 1;
  return kind === 'LIGHT' || isListed(lemma) ? 0.6 : 0;
}

function foreignness({ text, name }: Word): number {
  if (FOREIGN_WORDS.has(text)) return FUNCTION_WORDS.has(text) ? 0.7 : 1;
  if (name || /^[a-z'’]+$/.test(text)) return 0;
  return isAccented(text) ? 1 : 3;
}

/** Least share of words that are known to be English. */
const LEAST_ENGLISH = 0.15;
/** English words for each foreign one. */
const MOST_FOREIGN = 2;

/** One foreign letter among Latin ones: café, naïve. */
function isAccented(text: string): boolean {
  return /^[a-z'’\u00c0-\u024f]+$/.test(text);
}
