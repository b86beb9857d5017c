/** A prompt taken apart for the rule. All texts are in lower case, with single spaces and single line breaks. */
export type PromptText = {
  /** What is asked, without code, answers to choose from and the bulk of a long pasted text. */
  readonly instruction: string;
  /** Length of the text around it that is not code, as far as it is looked at. */
  readonly pastedChars: number;
  /** Of the instruction, without the signs that end them. */
  readonly sentences: readonly string[];
  /** Of the instruction; numbers and signs between spaces count. */
  readonly words: readonly string[];
  readonly codeLines: number;
  /** Lines that look like answers to choose from. */
  readonly options: number;
};

/** Of a longer prompt the beginning and the end are looked at: what is asked stands at one of them. */
const LONGEST_END = 2_000;

/** A longer prompt is taken for a text that somebody pasted, with an instruction around it. In characters, as below. */
const LONGEST_INSTRUCTION = 900;
const LONGEST_PARAGRAPH = 500;
const ENDS_OF_PASTED_TEXT = 250;

/** Takes time linear in what is looked at, which is bounded. */
export function readPrompt(prompt: string): PromptText {
  const lines = endsOf(prompt, LONGEST_END)
    .toLowerCase()
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .split('\n');
  const prose: string[] = [];
  let codeLines = 0;
  let options = 0;
  let fenced = false;
  for (const line of lines) {
    const isFence = /^(`{3}|~{3})/.test(line);
    if (isFence) fenced = !fenced;
    if (isFence || fenced || isCode(line)) codeLines += 1;
    else if (OPTION.test(line)) options += 1;
    else prose.push(line);
  }
  const text = prose.join('\n').trim();
  const instruction = instructionIn(text);
  const sentences = sentencesIn(instruction);
  return {
    instruction,
    pastedChars: text.length - instruction.length,
    sentences,
    words: wordsIn(sentences),
    codeLines,
    options,
  };
}

/** The answers of an exam: "B. 12", "(c) all of them". */
const OPTION = /^\(?[a-j][.)] ?\S/;

/** What no line of prose looks like, in whatever programming language. */
const CODE =
  /[{;]$|^[)\]}]|^[<@#]\/?[a-z!].*>$|^(import|from|def|class|const|let|var|return|public|private|fn|func|#include|select|insert into|update) .*[=(){};*]|=> |\)\s?:$|^traceback |^\s?at \S+\(/;

function isCode(line: string): boolean {
  return line.length < 400 && CODE.test(line);
}

function endsOf(text: string, length: number): string {
  if (text.length <= 2 * length) return text.trim();
  return `${text.slice(0, length)}\n\n${text.slice(-length)}`.trim();
}

/**
 * A short prompt is all instruction. Of a long one its first and its last paragraph are, so far as they are short: what is
 * long was most often pasted. Where both are long, something of their ends stands for them.
 */
function instructionIn(prose: string): string {
  const text = prose.replace(/[\s.?!…]+$/, '');
  if (text.length <= LONGEST_INSTRUCTION) return text;
  const paragraphs = text.split(/\n{2,}/);
  const [first = ''] = paragraphs;
  const last = paragraphs.at(-1) ?? '';
  const short = new Set([first, last].filter(({ length }) => length <= LONGEST_PARAGRAPH));
  if (short.size > 0) return [...short].join('\n');
  return `${first.slice(0, ENDS_OF_PASTED_TEXT)}\n${last.slice(-ENDS_OF_PASTED_TEXT)}`;
}

/** Where a sentence ends, and a point of a list. A point within a number or a name ends nothing. */
const END_OF_SENTENCE = /[.?!…]+(?=\s|$)|\n+/;

function sentencesIn(text: string): string[] {
  return text
    .split(END_OF_SENTENCE)
    .map((sentence) => sentence.replace(/^[\s\-*•#>\d.)(]+(?=[a-z])/, '').trim())
    .filter((sentence) => sentence !== '');
}

function wordsIn(sentences: readonly string[]): string[] {
  return sentences.flatMap((sentence) =>
    sentence
      .split(/\s/)
      .map((word) => word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, ''))
      .filter((word) => word !== ''),
  );
}
