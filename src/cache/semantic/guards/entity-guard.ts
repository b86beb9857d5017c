import type { Comparison } from './comparison.ts';
import { sortOf } from './things.ts';
import type { Word } from './words.ts';

/**
 * Proper names that one prompt has and the other has not, and things of one sort of which each has another. In prompts
 * put in other words a name may be left out, as long as the other has none in its place.
 */
export function entityDifference({ onlyLeft, onlyRight, nearness }: Comparison): string | null {
  const [one, other] = [onlyLeft.find(isName), onlyRight.find(isName)];
  if (one !== undefined && other !== undefined) return `${one.text} and ${other.text}`;
  const added = one ?? other;
  if (added !== undefined && nearness !== 'FAR') return `${added.text} and none`;
  return otherThing(onlyLeft, onlyRight);
}

function isName({ name }: Word): boolean {
  return name;
}

function otherThing(onlyLeft: readonly Word[], onlyRight: readonly Word[]): string | null {
  for (const one of onlyLeft) {
    const sort = sortOf(one.lemma);
    const other =
      sort === undefined ? undefined : onlyRight.find(({ lemma }) => sortOf(lemma) === sort);
    if (other !== undefined) return `${one.text} and ${other.text}`;
  }
  return null;
}
