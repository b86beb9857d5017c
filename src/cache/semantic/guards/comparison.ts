import { type Match, matched } from './matching.ts';
import { NOUN_OF_KIND } from './question-kinds.ts';
import type { Reading } from './reading.ts';
import { wordSet } from './word-list.ts';
import type { Word } from './words.ts';

/**
 * - EQUAL: all that is said in the one is said in the other.
 * - NEAR: all but a little, at one place or two: as when one thing is asked of two subjects.
 * - FAR: put in other words, so that no single word tells the two apart.
 */
export type Nearness = 'EQUAL' | 'NEAR' | 'FAR';

/** Two prompts word by word. `left` and `right` are their words of content, numbers and units, in order. */
export type Comparison = {
  readonly left: readonly Word[];
  readonly right: readonly Word[];
  readonly matches: readonly Match[];
  /** What has no match, light words aside. */
  readonly onlyLeft: readonly Word[];
  readonly onlyRight: readonly Word[];
  /** Light words without a match. */
  readonly lightLeft: readonly Word[];
  readonly lightRight: readonly Word[];
  readonly nearness: Nearness;
  /**
   * How often the two are worded otherwise where they say the same: another question, small words, words of another
   * class. 0: they differ in nothing but what has no match.
   */
  readonly rewordings: number;
  /** Whether both are long enough to tell a story, whose details may be told or left out. */
  readonly areStories: boolean;
  readonly readings: readonly [Reading, Reading];
};

/**
 * Takes time in the product of the two lengths at worst; longer prompts than `MOST_COMPARED` words are compared by their
 * beginnings.
 */
export function compare(asked: Reading, stored: Reading): Comparison {
  const asking = new Set([...askedNouns(asked), ...askedNouns(stored)]);
  const left = itemsOf(asked, asking);
  const right = itemsOf(stored, asking);
  const asksWho = [asked, stored].every(({ questions }) => questions.includes('WHO'));
  const matches = matched(left, right, asksWho);
  const matchedLeft = new Set(matches.map((match) => match.left));
  const matchedRight = new Set(matches.map((match) => match.right));
  const restLeft = left.filter((_, index) => !matchedLeft.has(index));
  const restRight = right.filter((_, index) => !matchedRight.has(index));
  const onlyLeft = restLeft.filter(isWeighty);
  const onlyRight = restRight.filter(isWeighty);
  const gaps = Math.max(runsOf(left, matchedLeft), runsOf(right, matchedRight));
  const shared = matches.filter(
    ({ left: at }) => left[at] !== undefined && isWeighty(left[at]),
  ).length;
  return {
    left,
    right,
    matches,
    onlyLeft,
    onlyRight,
    lightLeft: restLeft.filter((word) => !isWeighty(word)),
    lightRight: restRight.filter((word) => !isWeighty(word)),
    nearness: nearnessOf(onlyLeft.length, onlyRight.length, shared, gaps),
    rewordings: rewordingsOf(asked, stored, [...restLeft, ...restRight], matches),
    areStories: Math.min(left.length, right.length) > LONGEST_QUESTION,
    readings: [asked, stored],
  };
}

/** Words of content in a plain question, at most. */
const LONGEST_QUESTION = 10;

function rewordingsOf(
  asked: Reading,
  stored: Reading,
  rest: readonly Word[],
  matches: readonly Match[],
): number {
  const unmatched = new Set(rest);
  const [one, other] = [smallWordsOf(asked, unmatched), smallWordsOf(stored, unmatched)];
  const smallWords = lacking(one.loose, other.all) + lacking(other.loose, one.all);
  const derived = matches.filter(({ likeness }) => likeness === 'RELATED').length;
  const asksOtherwise = asked.questions.join() === stored.questions.join() ? 0 : 1;
  return smallWords + derived + asksOtherwise;
}

/** All small words, and those that do not lead up to a word without a match. */
function smallWordsOf(
  { words }: Reading,
  unmatched: ReadonlySet<Word>,
): { all: string[]; loose: string[] } {
  const all: string[] = [];
  const loose: string[] = [];
  let leading: string[] = [];
  for (const word of words) {
    if (word.kind === 'EMPTY' || word.asks || VARIABLE_WORDS.has(word.text)) continue;
    if (word.kind === 'FUNCTION') {
      leading.push(word.text);
      all.push(word.text);
    } else {
      if (!unmatched.has(word)) loose.push(...leading);
      leading = [];
    }
  }
  return { all, loose: [...loose, ...leading] };
}

/** How many of the words the others have not, each counted as often as it is there. */
function lacking(words: readonly string[], others: readonly string[]): number {
  const left = [...others];
  return words.filter((word) => {
    const at = left.indexOf(word);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  }).length;
}

/** Small words that vary between any two ways to ask the same, or that have a guard of their own. */
const VARIABLE_WORDS = wordSet(`
a an the some any this that these those i you we one my your our me us it its someone people there
do does did is are was were am be been being have has had can could will would shall should may might must
in on at of for to by
all every each both whole entire none only or either always sometimes often usually never rarely occasionally
too enough almost nearly most he she him her his hers its they them their
`);

const MOST_COMPARED = 300;

/** What is compared: not the words that only say what kind of question it is. */
function itemsOf(reading: Reading, asking: ReadonlySet<string>): Word[] {
  return reading.words
    .slice(0, MOST_COMPARED)
    .filter(
      ({ kind, asks, lemma }) =>
        !asks &&
        kind !== 'FUNCTION' &&
        kind !== 'EMPTY' &&
        !(asking.has(lemma) && (kind === 'CONTENT' || kind === 'LIGHT')),
    );
}

/** "weigh" and "weight" where a weight is asked for. */
function askedNouns({ questions }: Reading): string[] {
  return questions.flatMap((kind) => [...(NOUN_OF_KIND.get(kind) ?? [])]);
}

function isWeighty(word: Word): boolean {
  return word.kind !== 'LIGHT' && !word.loose;
}

function nearnessOf(left: number, right: number, shared: number, gaps: number): Nearness {
  if (left + right === 0) return 'EQUAL';
  if (gaps <= 1 && left <= 3 && right <= 3) return 'NEAR';
  if (gaps <= 2 && left + right <= 4 && shared >= left + right) return 'NEAR';
  return 'FAR';
}

/** Runs of weighty words without a match. */
function runsOf(words: readonly Word[], matched: ReadonlySet<number>): number {
  let runs = 0;
  let inRun = false;
  words.forEach((word, index) => {
    if (matched.has(index)) inRun = false;
    else if (isWeighty(word)) {
      if (!inRun) runs += 1;
      inRun = true;
    }
  });
  return runs;
}
