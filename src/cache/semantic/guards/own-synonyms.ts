import { lemmaOf } from './lemma.ts';
import type { Reading } from './reading.ts';
import { meaningOf } from './synonyms.ts';
import type { Word } from './words.ts';

/**
 * The reading with the words and phrases of a namespace's own list replaced by what stands for them, so that all guards
 * see one word for both.
 *
 * @param synonyms a word or phrase in lower case → what stands for it
 */
export function withOwnSynonyms(reading: Reading, synonyms: ReadonlyMap<string, string>): Reading {
  const phrases = phrasesOf(synonyms);
  const words: Word[] = [];
  for (let at = 0; at < reading.words.length; ) {
    const word = reading.words[at];
    if (word === undefined) break;
    const { representative, length } = replacementAt(reading.words, at, synonyms, phrases);
    words.push(representative === null ? word : replaced(word, representative));
    at += length;
  }
  return { ...reading, words };
}

type Phrase = { readonly words: readonly string[]; readonly representative: string };

/** Lists are few and are used for long. */
const phrasesOfLists = new WeakMap<ReadonlyMap<string, string>, ReadonlyMap<string, Phrase[]>>();

function phrasesOf(synonyms: ReadonlyMap<string, string>): ReadonlyMap<string, Phrase[]> {
  const known = phrasesOfLists.get(synonyms);
  if (known !== undefined) return known;
  const phrases = new Map<string, Phrase[]>();
  for (const [key, representative] of synonyms) {
    const words = key.split(/[\s-]+/).map(lemmaOf);
    const [first = ''] = words;
    if (words.length > 1)
      phrases.set(first, [...(phrases.get(first) ?? []), { words, representative }]);
  }
  for (const same of phrases.values()) same.sort((a, b) => b.words.length - a.words.length);
  phrasesOfLists.set(synonyms, phrases);
  return phrases;
}

function replacementAt(
  words: readonly Word[],
  at: number,
  synonyms: ReadonlyMap<string, string>,
  phrases: ReadonlyMap<string, Phrase[]>,
): { representative: string | null; length: number } {
  const { text = '', lemma = '' } = words[at] ?? {};
  const phrase = phrases
    .get(lemma)
    ?.find((each) => each.words.every((word, index) => words[at + index]?.lemma === word));
  if (phrase !== undefined)
    return { representative: phrase.representative, length: phrase.words.length };
  return { representative: synonyms.get(text) ?? synonyms.get(lemma) ?? null, length: 1 };
}

function replaced(word: Word, representative: string): Word {
  const lemma = lemmaOf(representative);
  return {
    ...word,
    kind: 'CONTENT',
    text: representative,
    lemma,
    meaning: meaningOf(representative, lemma),
    name: false,
    loose: false,
  };
}
