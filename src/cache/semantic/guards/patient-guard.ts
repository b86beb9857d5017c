import type { Comparison } from './comparison.ts';
import { IRREGULAR_PARTICIPLES } from './irregular-forms.ts';
import type { Reading } from './reading.ts';
import { wordSet } from './word-list.ts';
import type { Word } from './words.ts';

/**
 * What is done to the speaker in the one and by the speaker, or not to the speaker, in the other: "who blocked me" and
 * "whom I blocked", "how do I pay" and "how do I get paid". Only where both have the same verb.
 */
export function patientDifference({ readings }: Comparison): string | null {
  const [left, right] = readings;
  return suffered(left, right) ?? suffered(right, left);
}

function suffered(one: Reading, other: Reading): string | null {
  if (!other.words.some(({ text }) => SPEAKERS.has(text) || text === 'you')) return null;
  const others = new Set(deedsToSpeaker(other).map(({ meaning }) => meaning));
  const deed = deedsToSpeaker(one).find(
    ({ meaning }) => !others.has(meaning) && other.words.some((word) => word.meaning === meaning),
  );
  return deed === undefined ? null : `${deed.text} to me and by me`;
}

/** The verbs whose object is "me", and those of passives with the subject "I". */
function deedsToSpeaker({ words }: Reading): Word[] {
  const deeds: Word[] = [];
  let subject = '';
  let verb: Word | null = null;
  for (const [index, word] of words.entries()) {
    if (word.pause === 'END') verb = null;
    if (verb !== null && isObject(words, index, verb, subject)) deeds.push(verb);
    if (isDoneToSpeaker(words, index)) deeds.push(word);
    if (isSubject(words, index)) subject = word.text;
    if (isVerbLike(word)) verb = word;
    else if (OBJECTS.has(word.text)) verb = null;
  }
  return deeds;
}

/** Whether the word is the speaker, or "you" at the end, to whom the verb before it is done. */
function isObject(words: readonly Word[], index: number, verb: Word, subject: string): boolean {
  if (isLastYou(words, index)) return verb === words[index - 1];
  if (!OBJECTS.has(words[index]?.text ?? '')) return false;
  return !((subject === '' || subject === 'you') && REQUESTS.has(verb.lemma));
}

function isSubject(words: readonly Word[], index: number): boolean {
  return SUBJECTS.has(words[index]?.text ?? '') && !isLastYou(words, index);
}

function isLastYou(words: readonly Word[], index: number): boolean {
  const next = words[index + 1];
  const isLast = next === undefined || next.pause === 'END';
  return isLast && words[index]?.text === 'you' && isVerbLike(words[index - 1]);
}

/** "am I taxed", "I get paid" */
function isDoneToSpeaker(words: readonly Word[], index: number): boolean {
  const before = words[index - 1]?.text ?? '';
  const second = words[index - 2]?.text ?? '';
  const isPassive =
    (SPEAKERS.has(second) && AUXILIARIES.has(before)) ||
    (AUXILIARIES.has(second) && SPEAKERS.has(before));
  return isPassive && isVerbLike(words[index]) && isParticiple(words[index]);
}

function isVerbLike(word: Word | undefined): boolean {
  return word?.kind === 'CONTENT' || word?.kind === 'LIGHT';
}

function isParticiple(word: Word | undefined): boolean {
  if (word === undefined) return false;
  const { text, lemma } = word;
  return (text.endsWith('ed') && text !== lemma) || IRREGULAR_PARTICIPLES.has(text);
}

const SPEAKERS = wordSet('i we');
const SUBJECTS = wordSet('i we you he she it they someone everyone people who that this');
const OBJECTS = wordSet('me us');
const AUXILIARIES = wordSet('am are was were be been being get got getting');
/** What is asked of an assistant. */
const REQUESTS = wordSet(
  'tell give show help let teach explain send recommend suggest provide advise remind find',
);
