/** A part of a prompt, in order. Verbatim parts hold their own delimiters. */
export type PromptPart = { readonly verbatim: boolean; readonly text: string };

/** A run of at least three: what Markdown (CommonMark 0.31, "Fenced code blocks") opens and closes code with. */
const FENCE = /`{3,}|~{3,}/g;

/** What may open inline code or a quotation. A fence's longer run of backticks never gets here. */
const OPENER = /``?|["“„«»‹「『＂'‘]/g;

const CLOSERS: Readonly<Record<string, RegExp>> = {
  '`': /(?<!`)`(?!`)/g,
  '``': /``/g,
  '"': /"/g,
  '＂': /＂/g,
  '“': /”/g,
  '„': /[“”]/g,
  '«': /»/g,
  '»': /«/g,
  '‹': /›/g,
  '「': /」/g,
  '『': /』/g,
  // After something that is not white space and not before a letter or digit: in "don't" it closes nothing.
  "'": /(?<=\S)'(?![\p{L}\p{M}\p{N}])/gu,
  '‘': /(?<=\S)’(?![\p{L}\p{M}\p{N}])/gu,
};

/**
 * Splits a prompt into what must be kept as it was written, code and quotations, and the prose around it.
 * The parts joined are the prompt.
 *
 * It errs on the side of verbatim: prose taken for code costs a cache hit, code taken for prose could
 * give the answer to another question.
 * - All from the first code fence to the last one is verbatim, and all to the end when their number is
 *   odd, since the last one is then open.
 * - Elsewhere a backtick, or two, and a quotation mark open a verbatim part if they are closed further on,
 *   outside the fences; if not, they are prose.
 * - A single quotation mark opens one only at the start of a word, and closes one only at the end of a
 *   word, so that the apostrophes of "don't" and "the '90s" stay prose.
 *
 * Takes time linear in the prompt's length.
 */
export function splitVerbatim(prompt: string): PromptPart[] {
  const fences = [...prompt.matchAll(FENCE)];
  const first = fences[0];
  const last = fences.at(-1);
  if (first === undefined || last === undefined) return splitQuotations(prompt);

  const end = fences.length % 2 === 0 ? last.index + last[0].length : prompt.length;
  return [
    ...splitQuotations(prompt.slice(0, first.index)),
    { verbatim: true, text: prompt.slice(first.index, end) },
    ...splitQuotations(prompt.slice(end)),
  ];
}

function splitQuotations(text: string): PromptPart[] {
  const parts: PromptPart[] = [];
  /** Openers that were once found to have no closer ahead, and so have none further on. */
  const neverClosed = new Set<string>();
  let proseStart = 0;
  let opener = nextMatch(OPENER, text, 0);
  while (opener !== null) {
    const mark = opener[0];
    const inside = opener.index + mark.length;
    let resumeAt = inside;
    if (!neverClosed.has(mark) && mayOpen(mark, text, opener.index)) {
      const closer = nextMatch(CLOSERS[mark], text, inside);
      if (closer === null) {
        neverClosed.add(mark);
      } else {
        resumeAt = closer.index + closer[0].length;
        parts.push({ verbatim: false, text: text.slice(proseStart, opener.index) });
        parts.push({ verbatim: true, text: text.slice(opener.index, resumeAt) });
        proseStart = resumeAt;
      }
    }
    opener = nextMatch(OPENER, text, resumeAt);
  }
  parts.push({ verbatim: false, text: text.slice(proseStart) });
  return parts.filter((part) => part.text !== '');
}

/** A double mark opens anywhere; a single one only after white space or a sign, and right before something. */
function mayOpen(mark: string, text: string, index: number): boolean {
  if (mark !== "'" && mark !== '‘') return true;
  const before = baseBefore(text, index);
  return (before === '' || /[\s\p{P}\p{S}]/u.test(before)) && /^\S/.test(text.charAt(index + 1));
}

/** The last character before `index`, without the combining marks upon it, which normalisation may move. */
function baseBefore(text: string, index: number): string {
  let at = index - 1;
  while (at >= 0 && /[\p{M}\uff9e\uff9f]/u.test(text.charAt(at))) at -= 1;
  return text.charAt(at);
}

function nextMatch(
  pattern: RegExp | undefined,
  text: string,
  from: number,
): RegExpExecArray | null {
  if (pattern === undefined) return null;
  pattern.lastIndex = from;
  return pattern.exec(text);
}
