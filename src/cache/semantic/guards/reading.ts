import { canonicalOf } from './canonical.ts';
import { sentencesOf, withoutCourtesy } from './courtesy.ts';
import { EMPTY_WORDS, FUNCTION_WORDS } from './function-words.ts';
import { isEnglish } from './language.ts';
import { nameFinder } from './names.ts';
import { withPhrases } from './phrases.ts';
import { questionFirst, readQuestion } from './question.ts';
import type { QuestionKind } from './question-kinds.ts';
import { oneSpelling } from './spelling.ts';
import type { Token } from './token.ts';
import { readTokens } from './tokens.ts';
import { wordSet } from './word-list.ts';
import { readWords, type Word } from './words.ts';

/** What one prompt says, as far as the guards need it: read once, then compared with many. Plain data. */
export type Reading = {
  readonly canonical: string;
  /** Whether it is English beyond doubt: the guards can read nothing else. */
  readonly english: boolean;
  readonly words: readonly Word[];
  /** One for each sentence. */
  readonly questions: readonly QuestionKind[];
  /** Code and quotations as they were written, without their marks. */
  readonly verbatims: readonly string[];
  /** Where words themselves are asked about, those that are read as others: forty, colour, thx. */
  readonly mentions: readonly string[];
};

/** Takes time linear in the prompt's length. */
export function readPrompt(prompt: string): Reading {
  if (TOO_MANY_MARKS.test(prompt)) {
    return {
      canonical: prompt,
      english: false,
      words: [],
      questions: [],
      verbatims: [],
      mentions: [],
    };
  }
  const written = readTokens(prompt.normalize('NFC'));
  const sentences = sentencesOf(withoutCourtesy(written));
  const questions: QuestionKind[] = [];
  const words: Word[] = [];
  const isName = nameFinder(written);
  sentences.forEach((sentence, index) => {
    const plain = questionFirst(withPhrases(sentence.flatMap(opened)));
    const { kind, length } = readQuestion(plain);
    // "Why?" behind a question asks for a reason that is given in any case.
    const isAside =
      kind === 'WHY' && plain.length <= 2 && questions.some((each) => each !== 'NONE');
    questions.push(isAside ? 'NONE' : kind);
    words.push(...readWords(plain, index, length, isName));
  });
  return {
    canonical: settledForm(canonicalOf(sentences)),
    english: isEnglish(words),
    words,
    questions,
    verbatims: verbatimsIn(written),
    mentions: mentionsIn(prompt, written),
  };
}

/** More combining marks than any language puts on one character; see `prompt/normalise.ts`. */
const TOO_MANY_MARKS = /\p{M}{31}/u;

/** The form that stays the same when it is read again: of odd signs, a reading can leave some that the next one reads. */
function settledForm(form: string): string {
  let settled = form;
  for (let reading = 0; reading < MOST_READINGS; reading += 1) {
    const again = canonicalOf(sentencesOf(withoutCourtesy(readTokens(settled.normalize('NFC')))));
    if (again === settled) break;
    settled = again;
  }
  return settled;
}

const MOST_READINGS = 8;

/** How a word is written or sounds: every word counts as it was written. */
const ASKS_ABOUT_LETTERS =
  /\b(?:spell|spells|spelt|spelled|spelling|pronounce|pronounced|pronunciation|rhymes?|syllables?|letters? (?:are|is) in|plural of|contraction of|in words)\b/;

/** The words as they were written that are read as another, or that two are read as one, where that is asked about. */
function mentionsIn(prompt: string, tokens: readonly Token[]): string[] {
  const written = prompt.toLowerCase();
  const words = (written.match(/[\p{L}\p{N}'’]+/gu) ?? []).slice(0, MOST_MENTIONS);
  const read = new Set(tokens.map(({ text }) => text));
  const spellings = Map.groupBy(new Set(words), oneSpelling);
  const lettersMatter = ASKS_ABOUT_LETTERS.test(written);
  return words.filter((word, index) => {
    if (index === 0) return false;
    if (word.length > 3 && (spellings.get(oneSpelling(word))?.length ?? 0) > 1) return true;
    const [before = '', after = ''] = [words[index - 1], words[index + 1]];
    const isTold = BEFORE_MENTION.has(before) && AFTER_MENTION.has(after);
    if (!read.has(word)) return lettersMatter || isTold;
    return isTold && !PRONOUNS.has(word) && (FUNCTION_WORDS.has(word) || EMPTY_WORDS.has(word));
  });
}

const MOST_MENTIONS = 100;
/** Around a word that is talked about itself: "does literally mean", "spell whether". */
const BEFORE_MENTION = wordSet('does spell pronounce word term');
const AFTER_MENTION: ReadonlySet<string> = new Set([
  '',
  'mean',
  'stand',
  'rhyme',
  'in',
  'correctly',
]);
const PRONOUNS = wordSet('it this that these those he she they i you we one');

function verbatimsIn(tokens: readonly Token[]): string[] {
  return tokens
    .filter(({ kind }) => kind === 'VERBATIM')
    .slice(0, MOST_VERBATIMS)
    .map(({ text }) => unquoted(text));
}

const MOST_VERBATIMS = 50;

/** Quotations and inline code longer than this are compared as one. */
const LONGEST_OPENED = 80;

/** The words of a short quotation; "what is 'Netty'" is about Netty. */
function opened(token: Token): readonly Token[] {
  if (token.kind !== 'VERBATIM') return [token];
  const inner = unquoted(token.text);
  if (inner.length > LONGEST_OPENED) return [token];
  const tokens = readTokens(inner).filter(({ kind }) => kind !== 'VERBATIM');
  return tokens.map((each, index) => ({
    ...each,
    quoted: true,
    pause: index === 0 ? token.pause : each.pause,
  }));
}

function unquoted(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && MARKS.has(text.charAt(start))) start += 1;
  while (end > start && MARKS.has(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end).trim();
}

const MARKS: ReadonlySet<string> = new Set('`"\'“”„«»‹›‘’「」『』~');
