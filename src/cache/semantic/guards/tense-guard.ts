import type { Comparison } from './comparison.ts';
import type { Reading } from './reading.ts';
import type { Word } from './words.ts';

/** What is, what was, what will be, what is becoming and what used to be. */
export function tenseDifference({ readings, rewordings }: Comparison): string | null {
  const [left, right] = readings.map(tenseOf);
  if (left === null || right === null || left === right) return null;
  if (left === undefined || right === undefined) return null;
  const isMarked = [left, right].some((tense) => MARKED.has(tense));
  if (rewordings > 0 && !isMarked) return null;
  const areOneThing =
    left === 'PERFECT' || right === 'PERFECT'
      ? isMerePerfect(left === 'PERFECT' ? right : left, readings, rewordings)
      : isMerePlan(left, right, readings[0]);
  return areOneThing ? null : `${left} and ${right}`.toLowerCase();
}

/** "have you seen" and "did you see" are asked for each other; "has changed" and "will change" are not. */
function isMerePerfect(
  other: Tense,
  readings: Comparison['readings'],
  rewordings: number,
): boolean {
  if (other === 'PAST' && readings.some(({ questions }) => questions.includes('HOW'))) return true;
  if (other !== 'FUTURE' && rewordings > 0) return true;
  // "What's changed" is read as "what is changed".
  return other === 'PRESENT' && readings.some(isPassive);
}

/** "how will you" and "how do you", "what will happen if" and "what happens if" */
function isMerePlan(left: Tense, right: Tense, { questions, words }: Reading): boolean {
  if (left === 'PAST' || right === 'PAST') return false;
  return questions.includes('HOW') || words.some(({ lemma }) => lemma === 'happen');
}

const MARKED: ReadonlySet<Tense> = new Set(['HABIT', 'BECOMING', 'PERFECT']);

type Tense = 'PRESENT' | 'PERFECT' | 'PAST' | 'FUTURE' | 'HABIT' | 'BECOMING';

/** Null where no verb tells. */
function tenseOf({ words, questions }: Reading): Tense | null {
  const texts = words.map(({ text }) => text);
  if (texts.includes('usedto')) return 'HABIT';
  if (texts.includes('becoming')) return 'BECOMING';
  if (texts.includes('will') || texts.includes('shall')) return 'FUTURE';
  if (texts.some((text) => text === 'was' || text === 'were' || text === 'did' || text === 'had'))
    return 'PAST';
  if (isPerfect(words)) return 'PERFECT';
  if (texts.some((text) => TELL_PRESENT.has(text))) return 'PRESENT';
  // "How to report a lost card" tells no time.
  return !questions.includes('HOW') && words.some(isPastForm) ? 'PAST' : null;
}

function isPassive({ words }: Reading): boolean {
  return words.some(({ text }, index) => {
    const next = words[index + 1];
    return (text === 'is' || text === 'are') && next !== undefined && isPastForm(next);
  });
}

/** "has changed": the first verb of the sentence is "has" or "have", and a participle stands behind it. */
function isPerfect(words: readonly Word[]): boolean {
  const first = words.findIndex(({ text }) => TELL_PRESENT.has(text));
  const auxiliary = words[first]?.text;
  if (auxiliary !== 'has' && auxiliary !== 'have') return false;
  return words
    .slice(first + 1, first + 1 + LONGEST_SUBJECT)
    .some((word) => isPastForm(word) || word.text === 'been');
}

const LONGEST_SUBJECT = 6;

function isPastForm({ kind, text, lemma }: Word): boolean {
  return (kind === 'CONTENT' || kind === 'LIGHT') && text !== lemma && !/(?:s|ing)$/.test(text);
}

const TELL_PRESENT: ReadonlySet<string> = new Set(
  'is are am do does can should must may has have would could might'.split(' '),
);
