import type { Comparison } from './comparison.ts';
import type { Reading } from './reading.ts';
import { sortOf } from './things.ts';

/** Another language that the answer is to be in, or that is translated from or into. One that is missing is a name. */
export function languageDifference({ readings }: Comparison): string | null {
  const [left, right] = [languagesOf(readings[0]), languagesOf(readings[1])];
  if (left.size === 0 || right.size === 0) return null;
  const one = [...left].find((language) => !right.has(language));
  const other = [...right].find((language) => !left.has(language));
  return one === undefined && other === undefined
    ? null
    : `${one ?? 'none'} and ${other ?? 'none'}`;
}

function languagesOf({ words }: Reading): ReadonlySet<string> {
  const languages = words.filter(({ lemma }) => sortOf(lemma) === LANGUAGE);
  if (!languages.some(({ preposition }) => ROLES.has(preposition))) return new Set();
  return new Set(languages.map(({ lemma }) => lemma));
}

/** Before what an answer is in: "in Spanish", "into French". */
const ROLES: ReadonlySet<string> = new Set(['in', 'into', 'to', 'from']);
const LANGUAGE = '#language';
