import { ASKED_NOUNS, ASKED_OF, MEASURES, type QuestionKind } from './question-kinds.ts';
import type { Token } from './token.ts';
import { wordGroups, wordSet } from './word-list.ts';

/** What a sentence asks for, and how many of its first words only say that. */
export type Question = { readonly kind: QuestionKind; readonly length: number };

/**
 * The sentence with its question first: "in winter, how much do hens eat" as "how much do hens eat in winter". A clause
 * that opens it is moved behind.
 */
export function questionFirst(sentence: readonly Token[]): readonly Token[] {
  if (!OPENS_CLAUSE.has(sentence[0]?.text ?? '')) return sentence;
  const words = sentence.map(({ text }) => text);
  const at = sentence.findIndex(
    ({ pause }, index) => index > 1 && pause === 'COMMA' && isQuestionWord(words, index, true),
  );
  if (at < 0) return sentence;
  const [first, ...others] = sentence.slice(at);
  const [opening, ...rest] = sentence.slice(0, at);
  if (first === undefined || opening === undefined) return sentence;
  return [{ ...first, pause: 'END' }, ...others, { ...opening, pause: 'NONE' }, ...rest];
}

const OPENS_CLAUSE = wordSet(
  'if when while after before in on at for during with without because since as given under to from by once',
);

export function readQuestion(sentence: readonly Token[]): Question {
  const words = sentence.map(({ text }) => text);
  const start = questionStart(sentence, words);
  if (start === null) return requestOf(words) ?? { kind: 'NONE', length: 0 };
  const found = questionAt(words, start);
  return { kind: found.kind, length: start === 0 ? found.length : 0 };
}

/** Where the question begins: at once, behind a preposition, or behind a clause that opens the sentence. */
function questionStart(sentence: readonly Token[], words: readonly string[]): number | null {
  let at = 0;
  while (at < 3 && LEAD_INS.has(words[at] ?? '')) at += 1;
  if (isQuestionWord(words, at)) return at;
  for (let index = at + 1; index < words.length; index += 1) {
    const opens = sentence[index]?.pause === 'COMMA' || CLAUSE_JOINTS.has(words[index - 1] ?? '');
    if (opens && isQuestionWord(words, index) && words.length - index > 1) return index;
  }
  return null;
}

const LEAD_INS = wordSet('and but so then also or now in on at by for from to of with about ok');
const CLAUSE_JOINTS = wordSet('then and but so');
const WH_WORDS = wordSet('what which who whom whose when where why how whether');
const VERBS = wordSet(
  'is are was were am do does did can could will would shall should may might must has have had',
);

function isQuestionWord(words: readonly string[], at: number, opens = at === 0): boolean {
  const word = words[at] ?? '';
  if (word === 'when' || word === 'while' || word === 'where') {
    return VERBS.has(words[at + 1] ?? '') || words.length - at <= 6;
  }
  if (WH_WORDS.has(word)) return true;
  return opens ? VERBS.has(word) : VERBS.has(word) && SUBJECTS.has(words[at + 1] ?? '');
}

const SUBJECTS = wordSet(
  'i you we it he she they there this that the a my your one someone anyone people humans',
);

function questionAt(words: readonly string[], start: number): Question {
  const word = words[start] ?? '';
  const after = start + 1;
  switch (word) {
    case 'how':
      return howAt(words, after);
    case 'what':
    case 'which':
      return whatAt(words, after);
    case 'who':
    case 'whom':
      return {
        kind: words[after] === 'is' && /^an?$/.test(words[after + 1] ?? '') ? 'WHAT' : 'WHO',
        length: after,
      };
    case 'whose':
      return { kind: 'WHOSE', length: after };
    case 'when':
      return { kind: 'WHEN', length: after };
    case 'where':
      return { kind: 'WHERE', length: after };
    case 'why':
      return { kind: 'WHY', length: after };
    case 'whether':
      return { kind: 'WHETHER', length: after };
    default:
      return wayAt(words, start) ?? { kind: 'WHETHER', length: start };
  }
}

function howAt(words: readonly string[], at: number): Question {
  const next = words[at] ?? '';
  const second = words[at + 1] ?? '';
  if (next === 'much') return howMuch(words, at + 1);
  const measure = MEASURES.get(next);
  if (measure !== undefined) return { kind: measure, length: at + 1 };
  const isLikeWhat =
    (next === 'is' && second === 'it') || words.some((word) => DIFFERING.has(word));
  if (isLikeWhat) return { kind: 'WHAT', length: at };
  if (VERBS.has(next) || BEFORE_METHOD.has(next)) return { kind: 'HOW', length: at };
  return { kind: DEGREE_VERBS.has(second) ? 'DEGREE' : 'HOW', length: at };
}

function howMuch(words: readonly string[], at: number): Question {
  const next = words[at] ?? '';
  if (next === 'time') return { kind: 'LENGTH', length: at + 1 };
  if (words.includes('weigh') || words.includes('weighs')) return { kind: 'WEIGHT', length: at };
  const isPrice =
    next === 'is' || next === 'are' || words.includes('cost') || words.includes('costs');
  return { kind: isPrice ? 'PRICE' : 'NUMBER', length: at };
}

const DIFFERING = wordSet('differ different');
const DEGREE_VERBS = wordSet('is are was were do does did can could will would should must');
const BEFORE_METHOD = wordSet(
  'to and or come exactly i you we it he she they people one someone anyone',
);

function whatAt(words: readonly string[], at: number): Question {
  const way = wayAt(words, at) ?? deedAt(words, at) ?? askedOfAt(words, at);
  if (way !== null) return way;
  const next = words[at] ?? '';
  const noun = ASKED_NOUNS.get(next);
  if (noun !== undefined && words.length > at + 1) return { kind: noun, length: at + 1 };
  if (CAUSES.has(next)) return { kind: 'WHY', length: at + 1 };
  const namesWay = words.slice(at).some((word) => WAYS.has(word));
  return { kind: namesWay ? 'HOW' : 'WHAT', length: at };
}

/** "is the main reason for", "is the number of" */
function askedOfAt(words: readonly string[], at: number): Question | null {
  let here = at;
  while (VERBS.has(words[here] ?? '') || ARTICLES.has(words[here] ?? '')) here += 1;
  const kind = ASKED_OF.get(words[here] ?? '');
  if (kind === undefined || here === at || !AFTER_ASKED.has(words[here + 1] ?? '')) return null;
  return { kind, length: here + 2 };
}

const AFTER_ASKED = wordSet('of for behind that why to between in');
const ARTICLES = wordSet('the a an some any main major primary biggest real possible exact');
const CAUSES = wordSet(
  'causes caused cause led leads lead makes made contributes contributed contribute triggers',
);

/** "what should I do to", "what can be done to" */
function deedAt(words: readonly string[], at: number): Question | null {
  let here = at;
  while (DEED_WORDS.has(words[here] ?? '')) here += 1;
  const isDeed = here > at + 1 && /^(?:do|done)$/.test(words[here - 1] ?? '');
  return isDeed && words[here] === 'to' ? { kind: 'HOW', length: here + 1 } : null;
}

const DEED_WORDS = wordSet(
  'should can could must may might would do does i you we one someone people need have be done best',
);

const WAYS = wordSet(`
way ways anyway plan method methods step steps process procedure procedures approach technique techniques trick tricks tip tips
strategy strategies
`);
const WAY_QUALITIES = wordSet(`
the a an some any best good great better right proper correct possible different most effective efficient ideal
various common main recommended there is are was be your one of
`);

/** "is the best way to", "are some ways of", "is there a way to" */
function wayAt(words: readonly string[], at: number): Question | null {
  let here = at;
  while (WAY_QUALITIES.has(words[here] ?? '')) here += 1;
  if (here === at || !WAYS.has(words[here] ?? '')) return null;
  const joint = words[here + 1] ?? '';
  if (/^(?:to|of|for|in|by|that)$/.test(joint)) return { kind: 'HOW', length: here + 2 };
  return /^(?:i|you|we|one)$/.test(joint) ? { kind: 'HOW', length: here + 1 } : null;
}

/** Requests by the kind of question that they are put in place of. */
const REQUESTS = wordGroups(`
EXPLAIN explain describe discuss
WHAT define list name tell give provide show share outline suggest recommend
HOW teach guide
`);

function requestOf(words: readonly string[]): Question | null {
  const way = wayAt(['the', ...words], 0);
  if (way !== null) return { kind: 'HOW', length: way.length - 1 };
  const kind = REQUESTS.get(words[0] ?? '');
  if (kind !== 'WHAT' && kind !== 'HOW' && kind !== 'EXPLAIN') return null;
  let at = 1;
  while (/^(?:me|us|about|a|an|the|some)$/.test(words[at] ?? '')) at += 1;
  if (words[0] === 'tell' && words[at - 1] === 'about') return { kind: 'EXPLAIN', length: at };
  const inner = words[at] ?? '';
  if (kind === 'WHAT' && words.slice(1).some((word) => WAYS.has(word)))
    return { kind: 'HOW', length: at };
  if (WH_WORDS.has(inner)) return questionAt(words, at);
  if (inner === 'reason' || inner === 'reasons') return { kind: 'WHY', length: at + 1 };
  return { kind, length: at };
}
