import type { Comparison } from './comparison.ts';
import type { Reading } from './reading.ts';
import type { Word } from './words.ts';

/** What is, what was, what will be, what is becoming and what used to be. */
export function tenseDifference({ readings, rewordings }: Comparison): string | null {
  const [left, right] = readings.map(tenseOf);
  if (left === null || right === null || left === right) return null;
  if (left === undefined || right === undefined) return null;
  const isMarked = [left, right].some((tense) => tense === 'HABIT' || tense === 'BECOMING');
  if (rewordings > 0 && !isMarked) return null;
  if (isMerePlan(left, right, readings[0])) return null;
  return `${left} and ${right}`.toLowerCase();
}

/** "how will you" and "how do you", "what will happen if" and "what happens if" */
function isMerePlan(left: Tense, right: Tense, { questions, words }: Reading): boolean {
  if (left === 'PAST' || right === 'PAST') return false;
  return questions.includes('HOW') || words.some(({ lemma }) => lemma === 'happen');
}

type Tense = 'PRESENT' | 'PAST' | 'FUTURE' | 'HABIT' | 'BECOMING';

/** Null where no verb tells. */
function tenseOf({ words, questions }: Reading): Tense | null {
  const texts = words.map(({ text }) => text);
  if (texts.includes('usedto')) return 'HABIT';
  if (texts.includes('becoming')) return 'BECOMING';
  if (texts.includes('will') || texts.includes('shall')) return 'FUTURE';
  if (texts.some((text) => text === 'was' || text === 'were' || text === 'did' || text === 'had'))
    return 'PAST';
  if (texts.some((text) => TELL_PRESENT.has(text))) return 'PRESENT';
  // "How to report a lost card" tells no time.
  return !questions.includes('HOW') && words.some(isPastForm) ? 'PAST' : null;
}

function isPastForm({ kind, text, lemma }: Word): boolean {
  return (kind === 'CONTENT' || kind === 'LIGHT') && text !== lemma && !/(?:s|ing)$/.test(text);
}

const TELL_PRESENT: ReadonlySet<string> = new Set(
  'is are am do does can should must may has have would could might'.split(' '),
);
