import { areOpposite } from './antonyms.ts';
import type { Comparison } from './comparison.ts';
import { wordSet } from './word-list.ts';
import type { Word } from './words.ts';

/** A word of the one whose opposite, or counterpart, the other has in its place. */
export function antonymDifference(comparison: Comparison): string | null {
  const left = [...comparison.onlyLeft, ...comparison.lightLeft, ...qualifiers(comparison, 0)];
  const right = [...comparison.onlyRight, ...comparison.lightRight, ...qualifiers(comparison, 1)];
  for (const one of left) {
    for (const other of right) {
      if (isOpposite(one, other)) return `${one.text} and ${other.text}`;
    }
  }
  return null;
}

function isOpposite(one: Word, other: Word): boolean {
  return (
    areOpposite(one.text, other.text) ||
    areOpposite(one.lemma, other.lemma) ||
    (one.meaning !== one.lemma && areOpposite(one.meaning, other.meaning))
  );
}

/** Small words that have opposites, where the other prompt does not have them too. */
function qualifiers({ readings, nearness }: Comparison, side: 0 | 1): Word[] {
  const other = new Set(readings[side === 0 ? 1 : 0].words.map(({ text }) => text));
  const telling = nearness === 'FAR' ? TELL_ALWAYS : TELL_WHEN_NEAR;
  return readings[side].words.filter(
    ({ text, asks }) => !asks && telling.has(text) && !other.has(text),
  );
}

const TELL_ALWAYS = wordSet(
  'more less most least before after above below under he she him her his hers himself herself always never',
);
const TELL_WHEN_NEAR = wordSet(`
more less most least many much few all every each some none no before after up down over under above below
inside outside in out off on with without for against since until into from to he she him her his hers
himself herself always never and or
`);
