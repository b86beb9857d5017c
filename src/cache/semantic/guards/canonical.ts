import { SCALES } from './number-words.ts';
import type { Token } from './token.ts';
import { UNITS } from './units.ts';
import { wordSet } from './word-list.ts';

/**
 * The prompt in the words that matter, in their order: without courtesy, with contractions spelt out, numbers in
 * digits, one spelling, and with the verb of a question at the end, where the same question in a subordinate clause
 * has it ("what is the capital", "tell me what the capital is"). The canonical form of a canonical form is itself.
 */
export function canonicalOf(sentences: readonly (readonly Token[])[]): string {
  return sentences.map((sentence) => settled(sentence).join(' ')).join(' . ');
}

function settled(sentence: readonly Token[]): string[] {
  const words = sentence.flatMap((token, index) => {
    const text = token.text === 'an' ? 'a' : token.text;
    return keepsComma(sentence[index - 1], token) ? [',', text] : [text];
  });
  const first = words[0] ?? '';
  if (AUXILIARIES.has(first) && words.length > 2) return verbLast(['whether', ...words]);
  if (
    QUESTION_WORDS.has(first) ||
    (PREPOSITIONS.has(first) && QUESTION_WORDS.has(words[1] ?? ''))
  ) {
    return verbLast(words);
  }
  return words;
}

/** The words with the first auxiliary at the end, together with a "not" behind it. */
function verbLast(words: readonly string[]): string[] {
  const last = words.at(-1) === 'not' ? words.at(-2) : words.at(-1);
  if (AUXILIARIES.has(last ?? '')) return [...words];
  const at = words.findIndex((word) => AUXILIARIES.has(word));
  const verb = words[at];
  if (verb === undefined) return [...words];
  const isNegated = words[at + 1] === 'not';
  const pronounNegated = PRONOUNS.has(words[at + 1] ?? '') && words[at + 2] === 'not';
  const rest = words.filter(
    (_, index) =>
      index !== at && !(isNegated && index === at + 1) && !(pronounNegated && index === at + 2),
  );
  return [...rest, verb, ...(isNegated || pronounNegated ? ['not'] : [])];
}

/** Between a number and a word that would make another number of it, or a quantity. */
function keepsComma(before: Token | undefined, token: Token): boolean {
  if (before === undefined || token.pause !== 'COMMA' || token.kind !== 'WORD') return false;
  if (before.text === 'half') return true;
  if (before.kind !== 'NUMBER' && before.kind !== 'UNIT') return false;
  return UNITS.has(token.text) || SCALES.has(token.text) || MERGING.has(token.text);
}

const MERGING = wordSet(
  'dozen half halves third thirds quarter quarters fifth fifths tenths and point per',
);
const AUXILIARIES = wordSet(
  'is are was were am do does did can could will would shall should may might must has have had',
);
const QUESTION_WORDS = wordSet('what which who whom whose when where why how whether');
const PREPOSITIONS = wordSet('in on at by for from to of with');
const PRONOUNS = wordSet('i you he she it we they that this');
