import type { Comparison } from './comparison.ts';
import { IRREGULAR_PARTICIPLES } from './irregular-forms.ts';
import type { Reading } from './reading.ts';
import { wordSet } from './word-list.ts';
import type { Word } from './words.ts';

/** A word that both prompts have, where its role puts it. `match` is the same for both. */
export type Part = {
  readonly match: number;
  readonly text: string;
  readonly preposition: string;
  /** Words of one phrase have the same number. */
  readonly phrase: number;
  readonly word: Word;
};

/**
 * The words that both have, each prompt's in an order by role: the doer, what is done, whom to. A passive is turned
 * round where the other is none, and "the price of gold" is put as "gold price".
 */
export function argumentsOf({
  left,
  right,
  matches,
  readings,
}: Comparison): readonly [Part[], Part[]] {
  const partsLeft = partsOf(
    left,
    matches.map((match) => match.left),
  );
  const partsRight = partsOf(
    right,
    matches.map((match) => match.right),
  );
  const [passiveLeft, passiveRight] = [passiveOf(readings[0]), passiveOf(readings[1])];
  const turnsLeft = passiveLeft !== null && passiveRight === null;
  const turnsRight = passiveRight !== null && passiveLeft === null;
  return [
    inOrder(
      turnsLeft
        ? turned(partsLeft, passiveLeft, hasPronounDoer(readings[1], passiveLeft))
        : partsLeft,
    ),
    inOrder(
      turnsRight
        ? turned(partsRight, passiveRight, hasPronounDoer(readings[0], passiveRight))
        : partsRight,
    ),
  ];
}

function partsOf(words: readonly Word[], places: readonly number[]): Part[] {
  const matchOf = new Map(places.map((place, match) => [place, match]));
  const parts: Part[] = [];
  let phrase = 0;
  let last: Word | undefined;
  words.forEach((word, index) => {
    if (last === undefined || last.preposition !== word.preposition || word.pause !== 'NONE')
      phrase += 1;
    last = word;
    const match = matchOf.get(index);
    if (match === undefined) return;
    parts.push({ match, text: word.lemma, preposition: word.preposition, phrase, word });
  });
  return parts;
}

/** The verb of a passive sentence; null for an active one. */
function passiveOf({ words }: Reading): string | null {
  let isPassive = false;
  let verb: string | null = null;
  words.forEach((word, index) => {
    if (BE.has(word.text)) isPassive = true;
    else if (VERBS_BEFORE_ACTIVE.has(word.text)) isPassive = false;
    else if (isPassive && isDone(word, words[index + 1])) verb = word.lemma;
  });
  return verb;
}

/** A participle that has a doer, unlike "is interested in". */
function isDone({ kind, text, lemma }: Word, next: Word | undefined): boolean {
  if (kind !== 'CONTENT' && kind !== 'LIGHT') return false;
  const isParticiple = (text.endsWith('ed') && text !== lemma) || IRREGULAR_PARTICIPLES.has(text);
  return isParticiple && !ADJECTIVAL.has(text) && !STATES.has(next?.text ?? '');
}

const BE = wordSet('is are was were be been being am get got');
const VERBS_BEFORE_ACTIVE = wordSet('do does did have has had');
const STATES = wordSet('in to with about at for');
const ADJECTIVAL = wordSet('married related engaged interested left limited united');

/** "what do you support": whoever does it, in words that are not compared. */
function hasPronounDoer({ words }: Reading, verb: string): boolean {
  const at = words.findIndex(
    ({ text }, index) => DOERS.has(text) && words[index + 1]?.lemma === verb,
  );
  if (at < 2) return false;
  return !words
    .slice(at + 2)
    .some(({ kind, preposition }) => kind !== 'FUNCTION' && kind !== 'EMPTY' && preposition === '');
}

const DOERS = wordSet('i you we they one people someone');

/** The doer, who stands behind "by", first; then the verb; then whom it was done to. */
function turned(parts: readonly Part[], verb: string, activeHasPronoun: boolean): Part[] {
  const at = parts.findIndex(({ text }) => text === verb);
  if (at < 0) return [...parts];
  const doer = parts.filter(({ preposition }, index) => index > at && preposition === 'by');
  const done = parts.filter(({ preposition }, index) => index < at && preposition === '');
  const moved = new Set([...doer, ...done]);
  const rest = parts.filter((part, index) => index > at && !moved.has(part));
  const before = parts.filter((part, index) => index < at && !moved.has(part));
  // "Which currencies are supported" and "which currencies do you support": what it is done to stands first in both.
  if (doer.length === 0 && activeHasPronoun) return [...parts];
  const bare = doer.map((part) => ({ ...part, preposition: '' }));
  return [...before, ...bare, ...parts.slice(at, at + 1), ...done, ...rest];
}

/** What stands behind "of", "for" or "in" put before the words that it belongs to. */
function inOrder(parts: readonly Part[]): Part[] {
  const ordered: Part[] = [];
  let start = 0;
  let inserted = 0;
  let phrase = -1;
  for (const part of parts) {
    const goesOn = part.phrase === phrase;
    phrase = part.phrase;
    if (!SOFT.has(part.preposition) || ordered.length === 0 || (goesOn && inserted === 0)) {
      if (!goesOn) start = ordered.length;
      inserted = 0;
      ordered.push(part);
    } else {
      inserted = goesOn ? inserted + 1 : 1;
      ordered.splice(start + inserted - 1, 0, part);
    }
  }
  return ordered;
}

const SOFT = wordSet('of for in on at');
