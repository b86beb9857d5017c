import type { Comparison } from './comparison.ts';
import type { Reading } from './reading.ts';
import { wordSet } from './word-list.ts';
import type { Word } from './words.ts';

/**
 * Whether the two are the same but for the order of things that are named side by side: A and B, A or B, A vs B, a list,
 * A married to B. What stands around them, and each of them, is the same in both.
 */
export function isSameButForCoordination({ readings, onlyLeft, onlyRight }: Comparison): boolean {
  if (onlyLeft.length + onlyRight.length > 0) return false;
  const [left, right] = readings.map(wordsOf);
  if (left === undefined || right === undefined || left.length !== right.length) return false;
  if ([...left, ...right].some(({ text }) => ORDERING.has(text))) return false;
  const start = commonStart(left, right);
  const end = commonStart([...left].reverse(), [...right].reverse());
  for (let more = 0; more <= MOST_SHARED; more += 1) {
    for (let behind = 0; behind <= MOST_SHARED; behind += 1) {
      const from = start - more;
      const to = left.length - end + behind;
      if (from < 0 || to > left.length || from >= to) continue;
      if (haveSameMembers(left.slice(from, to), right.slice(from, to))) return true;
    }
  }
  return false;
}

/** Words at either end of the list that happen to be the same in both orders. */
const MOST_SHARED = 3;

type Item = {
  readonly key: string;
  readonly text: string;
  readonly separates: boolean;
  readonly pauses: boolean;
};

function wordsOf({ words }: Reading): Item[] {
  const symmetric = words.some(({ lemma }) => SYMMETRIC.has(lemma));
  return words
    .filter(({ kind, text }) => kind !== 'EMPTY' && !ARTICLES.has(text))
    .map((word) => ({
      key: word.meaning,
      text: word.text,
      separates: SEPARATORS.has(word.text) || (symmetric && isRelation(word)),
      pauses: word.pause === 'COMMA' || word.joint === '/',
    }));
}

function isRelation({ text, lemma }: Word): boolean {
  return SYMMETRIC.has(lemma) || RELATING.has(text);
}

const ARTICLES = wordSet('a an the');
const SEPARATORS = wordSet('and or nor vs versus');
/** Words that make an order of what they join, or tell which is more. */
const ORDERING = wordSet(
  'then first 1st respectively before after than more less from into convert divide minus subtract ratio',
);
/** Relations that hold both ways. */
const SYMMETRIC = wordSet(`
marry married date dating relate related engage engaged friend same similar equal different difference differ
connect connected connection close near meet divorce divorced compare comparison identical equivalent adjacent
neighbor compatible relationship relation link distance sibling twin
`);
const RELATING = wordSet('to with from as by');

function commonStart(left: readonly Item[], right: readonly Item[]): number {
  let at = 0;
  while (at < left.length && at < right.length && left[at]?.key === right[at]?.key) at += 1;
  return Math.min(at, left.length);
}

function haveSameMembers(left: readonly Item[], right: readonly Item[]): boolean {
  const [one, other] = [membersOf(left), membersOf(right)];
  if (one.length < 2 || one.length !== other.length) return false;
  if (
    one.length > 2 &&
    [...one, ...other].some((member) => member.split(' ').length > LONGEST_MEMBER)
  )
    return false;
  return (
    [...one].sort().join('|') === [...other].sort().join('|') && joints(left) === joints(right)
  );
}

const LONGEST_MEMBER = 3;

function membersOf(items: readonly Item[]): string[] {
  const members: string[][] = [[]];
  for (const { key, separates, pauses } of items) {
    if (separates || pauses) members.push([]);
    if (!separates) members.at(-1)?.push(key);
  }
  return members.filter((member) => member.length > 0).map((member) => member.join(' '));
}

function joints(items: readonly Item[]): string {
  return items
    .filter(({ separates }) => separates)
    .map(({ text }) => text)
    .sort()
    .join(' ');
}
