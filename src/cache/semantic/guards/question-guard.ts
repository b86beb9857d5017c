import type { Comparison } from './comparison.ts';
import { NOUN_OF_KIND, type QuestionKind } from './question-kinds.ts';
import type { Reading } from './reading.ts';

/**
 * Another question about the same: who and when, how and why, whether and what. In prompts put in other words only
 * such kinds are told apart as never stand for each other.
 */
export function questionDifference(comparison: Comparison): string | null {
  const [left, right] = comparison.readings;
  const [one, other] = [kindsOf(left), kindsOf(right)];
  if (one.join() === other.join() || comparison.areStories) return null;
  const shareOne = one.some((kind) => other.includes(kind));
  // One may ask for more than the other, but not each for something that the other does not.
  const hasOwn = (some: QuestionKind[], others: QuestionKind[]) =>
    some.some((kind) => !others.includes(kind));
  const asksElse = hasOwn(one, other) && hasOwn(other, one) && one.length === other.length;
  if (shareOne && comparison.nearness !== 'EQUAL' && !(asksElse && comparison.nearness === 'NEAR'))
    return null;
  const [lastLeft, lastRight] = [one.at(-1) ?? 'NONE', other.at(-1) ?? 'NONE'];
  const isSingle = one.length <= 1 && other.length <= 1;
  if (isSingle && areAlike(lastLeft, lastRight, comparison)) return null;
  if (isOtherwiseWorded(comparison) && areLoose(lastLeft, lastRight, comparison)) return null;
  return `${lastLeft} and ${lastRight}`.toLowerCase();
}

/** Two ways to put one question. */
function areAlike(one: QuestionKind, other: QuestionKind, { readings }: Comparison): boolean {
  return (
    asksForNoun(one, other, readings[1]) ||
    asksForNoun(other, one, readings[0]) ||
    isFragment(one, other) ||
    isDegree(one, other)
  );
}

/**
 * Whether the two differ in more than the question: each says something that the other does not say so, or one says
 * more and says it otherwise.
 */
function isOtherwiseWorded({ nearness, rewordings, onlyLeft, onlyRight }: Comparison): boolean {
  if (nearness === 'EQUAL') return false;
  if (nearness === 'FAR' || (onlyLeft.length > 0 && onlyRight.length > 0)) return true;
  // The other kind of question is one rewording itself.
  return rewordings > 1;
}

function kindsOf({ questions }: Reading): QuestionKind[] {
  return questions.filter((kind) => kind !== 'NONE');
}

/** "how much does it weigh" and "what is its weight" */
function asksForNoun(measured: QuestionKind, what: QuestionKind, reading: Reading): boolean {
  if (what !== 'WHAT' && what !== 'NONE') return false;
  const nouns = NOUN_OF_KIND.get(measured);
  return nouns !== undefined && reading.words.some(({ lemma }) => nouns.has(lemma));
}

/** "how safe is it" and "is it safe" */
function isDegree(one: QuestionKind, other: QuestionKind): boolean {
  return [one, other].includes('DEGREE') && [one, other].includes('WHETHER');
}

function isFragment(one: QuestionKind, other: QuestionKind): boolean {
  return (WIDE.has(one) && TOLD_ABOUT.has(other)) || (WIDE.has(other) && TOLD_ABOUT.has(one));
}

const WIDE: ReadonlySet<QuestionKind> = new Set(['NONE', 'EXPLAIN']);
const TOLD_ABOUT: ReadonlySet<QuestionKind> = new Set(['NONE', 'EXPLAIN', 'WHAT', 'HOW']);

const LOOSE: ReadonlySet<QuestionKind> = new Set(['NONE', 'EXPLAIN', 'WHAT', 'HOW', 'WHETHER']);

/** Kinds that stand for each other in other words; for a name, a date or a number none does in wholly other words. */
function areLoose(one: QuestionKind, other: QuestionKind, { nearness }: Comparison): boolean {
  const loose = [one, other].filter((kind) => LOOSE.has(kind)).length;
  return loose === 2 || (loose === 1 && nearness === 'NEAR');
}
