import { countWordClasses } from './word-classes.ts';

/** A prompt as far as it is looked at. */
export type LookedAt = {
  /** Characters of the whole prompt. */
  readonly length: number;
  readonly text: string;
  /** Words, numbers and marks, in lower case. */
  readonly tokens: readonly string[];
};

/**
 * Length, form and kinds of words, in numbers that neither grow without end nor depend on what a prompt is about alone.
 * Always as many, in the same order.
 */
export function lexicalFeatures({ length, text, tokens }: LookedAt): Float32Array {
  const kinds = kindsOf(tokens);
  const lines = text.split('\n');
  return Float32Array.from([
    Math.log1p(length),
    ...sizes(text, lines),
    ...numbers(kinds.numbers, tokens.length),
    ...marks(text, kinds),
    ...forms(text),
    ...options(lines),
    ...vocabulary(kinds.words),
    ...countWordClasses(kinds.words).map(Math.log1p),
  ]);
}

type Kinds = {
  readonly words: readonly string[];
  readonly numbers: readonly string[];
  readonly marks: readonly string[];
};

function kindsOf(tokens: readonly string[]): Kinds {
  const kinds = { words: [] as string[], numbers: [] as string[], marks: [] as string[] };
  for (const token of tokens) kinds[kindOf(token)].push(token);
  return kinds;
}

/** By its first character, which is cheap to tell for most. */
function kindOf(token: string): keyof Kinds {
  const code = token.charCodeAt(0);
  if (code >= 97 && code <= 122) return 'words';
  if (code >= 48 && code <= 57) return 'numbers';
  return code > LAST_ASCII && LETTER.test(token) ? 'words' : 'marks';
}

const LAST_ASCII = 127;
const LETTER = /^[\p{L}\p{M}]/u;

function sizes(text: string, lines: readonly string[]) {
  const question = lines.filter((line) => !OPTION.test(line));
  return [
    Math.log1p(lines.length),
    Math.log1p(highest(lines.map((line) => line.length))),
    Math.log1p(question.reduce((sum, line) => sum + line.length, 0)),
    (lines.length - 1) / Math.max(1, text.length),
  ];
}

function numbers(found: readonly string[], tokens: number) {
  return [
    Math.log1p(found.length),
    found.length / Math.max(1, tokens),
    Math.log1p(new Set(found).size),
    Math.log1p(highest(found.map((number) => number.length))),
  ];
}

const SENTENCE_END = /[.!?](?:\s|$)/g;
/** Names, mostly: capitals within a sentence. */
const NAME = /(?<=[a-z,;] )\p{Lu}\p{L}+/gu;
/** Of what marks of one kind are counted together. */
const MARKS = ['=+^*/<>\\{}$|', '?', ',', '"“”\'', '()[]', ':;', '$', '%'];

function marks(text: string, { words, marks: found }: Kinds) {
  const length = Math.max(1, text.length);
  const sentences = count(text, SENTENCE_END);
  const counts = MARKS.map((kind) => found.filter((mark) => kind.includes(mark)).length);
  return [
    count(text, /[A-Z]/g) / length,
    Math.log1p(count(text, NAME)),
    found.length / length,
    beyondAscii(text) / length,
    Math.log1p(sentences),
    words.length / (1 + sentences),
    ...counts.map(Math.log1p),
  ];
}

const CODE = /```|\bdef |\breturn\b|=>|;\s*$/m;
const TEX = /\\[a-z]{2,}|\$[^$\n]+\$/;

function forms(text: string) {
  const end = text.trimEnd();
  return [
    CODE.test(text),
    /\bassert\b/.test(text),
    TEX.test(text),
    /__/.test(text),
    /^(?:q|question)\s*:/i.test(text),
    /^[a-z]/.test(text),
    /answer\s*:?$/i.test(end),
    end.endsWith('?'),
    end.endsWith('.'),
    end.endsWith(':'),
  ].map(Number);
}

/** An answer to choose: "A. …", "b) …", "(C) …". */
const OPTION = /^\s*(?:[A-Ja-j][.)]|\([A-Ja-j]\))\s/;
const NUMERIC_OPTION = /^\s*\(?[A-Ja-j][.)]+\s+[-$]?\d/;

function options(lines: readonly string[]) {
  const found = lines.filter((line) => OPTION.test(line));
  const lengths = found.map((option) => option.split(/\s+/).length - 1);
  const some = Math.max(1, found.length);
  return [
    found.length,
    Math.log1p(lengths.reduce((sum, length) => sum + length, 0) / some),
    Math.log1p(highest(lengths)),
    found.filter((option) => NUMERIC_OPTION.test(option)).length / some,
  ];
}

function vocabulary(words: readonly string[]) {
  const some = Math.max(1, words.length);
  const lengths = words.map((word) => word.length);
  return [
    Math.log1p(words.length),
    lengths.reduce((sum, length) => sum + length, 0) / some,
    highest(lengths),
    lengths.filter((length) => length > 9).length / some,
    lengths.filter((length) => length < 4).length / some,
    new Set(words).size / some,
  ];
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

function beyondAscii(text: string): number {
  let found = 0;
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > LAST_ASCII) found += 1;
  return found;
}

/** Of numbers that are not negative; 0 of none. */
function highest(values: readonly number[]): number {
  return values.reduce((one, other) => Math.max(one, other), 0);
}

/** How many there are of any prompt. */
export const LEXICAL_FEATURES = lexicalFeatures({ length: 0, text: '', tokens: [] }).length;
