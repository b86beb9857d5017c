import { type PromptPart, splitVerbatim } from './verbatim.ts';

/**
 * The canonical form of a prompt: two prompts with the same form ask the same thing, as far as that can
 * be told without understanding them. It is compared and hashed, never shown and never sent to a model.
 *
 * Canonically equivalent Unicode is made the same (NFC) throughout. What else is folded, outside code and
 * quotations (`splitVerbatim`):
 * - full-width and half-width forms and Latin ligatures. The rest of NFKC is not: it would make 10² into
 *   102, ½ into 1⁄2 and ① into 1;
 * - case, in the same way in every locale, save in units where it tells mega from milli (5 MW) and bits
 *   from bytes (100 Mb), and after a backslash (\b is not \B);
 * - white space: a run of it is one space, and none at either end. In a prompt with indented lines, line breaks
 *   and indentation carry meaning (code without a fence, nested lists) and are kept;
 * - the end punctuation: `.` `?` `!` `…` and the like of other scripts, one sign alone or repeated. It
 *   stays where it says more: 5!, n!, the regular expression a.*?, `git add .`, a mixed `?!`;
 * - characters that are not seen (zero width, bidirectional controls), but for the joiners and tags that
 *   make up words and emoji. A prompt with code or quotations keeps them all.
 *
 * A prompt that piles up more than 30 combining marks is its own form.
 *
 * The form of a form is the form itself. Takes time linear in the prompt's length.
 */
export function normalise(prompt: string): string {
  if (TOO_MANY_MARKS.test(prompt)) return prompt;
  const parts = splitVerbatim(visible(prompt.normalize('NFC')).trim()).map(foldPart);
  const asked = withoutEndPunctuation(parts);
  return settleWhiteSpace(asked.length === 0 ? parts : asked);
}

/**
 * More combining marks than any language puts on one character (Unicode Standard Annex 15, "Stream-Safe
 * Text Format"). To order very many of them takes ICU minutes.
 */
const TOO_MANY_MARKS = /\p{M}{31}/u;

/**
 * \p{Cf} that is drawn as nothing. ZWNJ, ZWJ and tags stay: Persian words and emoji differ by them. So does
 * the byte order mark, which `\s` counts as white space.
 */
const INVISIBLE =
  /[[\p{Cf}&&\p{Default_Ignorable_Code_Point}]--[\u200c\u200d\ufeff\u{e0000}-\u{e007f}]]/gv;

function visible(text: string): string {
  const seen = text.replace(INVISIBLE, '');
  if (seen.length === text.length) return text;
  return splitVerbatim(seen).some((part) => part.verbatim) ? text : seen;
}

/** Width forms and Latin ligatures, without the signs that would become delimiters or white space. */
const FOLDED_FORMS = /[[\uff01-\uffee\ufb00-\ufb06]--[＂＇｀～｢｣￣]]/gv;

/** A number with a unit whose case decides its size, and an escape as in a regular expression. */
const CASED =
  /(\p{Nd}\s*(?:M(?:W|Wh|V|A|J|N|Pa|g|m|s|Ω)|[MGTP]i?b|[kMGTP]i?Bps)(?![\p{L}\p{M}\p{N}])|\\\p{L})/u;

function foldPart(part: PromptPart): PromptPart {
  if (part.verbatim) return part;
  const text = part.text
    .replace(FOLDED_FORMS, (form) => form.normalize('NFKC'))
    .normalize('NFC')
    .split(CASED)
    .map((piece, index) => (index % 2 === 0 ? foldCase(piece) : piece))
    .join('')
    .normalize('NFC');
  return { verbatim: false, text };
}

/** The two lower-case sigmas are one letter; which is written depends on its place in the word. */
function foldCase(text: string): string {
  return text.toLowerCase().replaceAll('ς', 'σ');
}

function withoutEndPunctuation(parts: readonly PromptPart[]): readonly PromptPart[] {
  const last = parts.at(-1);
  if (last === undefined || last.verbatim) return parts;

  const before = parts.slice(0, -1);
  const { head, signs } = splitEnd(last.text);
  const said = head.trimEnd();
  const [sign, ...others] = signs;
  if (sign === undefined || others.some((other) => other !== sign)) return parts;
  const wordBefore = (said || (before.at(-1)?.text ?? '')).slice(-4);
  if (MEANT_AFTER[sign]?.test(wordBefore)) return parts;
  // A path: "git add ." and "cd .."
  if (sign === '.' && said !== head) return parts;
  return said === '' ? before : [...before, { verbatim: false, text: said }];
}

/** What a word ends in when the sign after it is more than punctuation. */
const MEANT_AFTER: Readonly<Record<string, RegExp>> = {
  // A factorial: 5! or (n+1)! or n!
  '!': /(?:[\p{N})\]}]|(?<![\p{L}\p{M}])\p{L})$/u,
  // A quantifier of a regular expression; after C++ it is none.
  '?': /(?:[*)\]}]|(?<!\+)\+)$/,
};

/** Sentence_Terminal as in Unicode Standard Annex 44, and the ellipsis. */
const END_SIGN = /[\p{Sentence_Terminal}…]/u;

/** The signs at the end of a text, white space among them left out, and all that comes before. */
function splitEnd(text: string): { head: string; signs: string[] } {
  const signs: string[] = [];
  let headEnd = text.length;
  for (let at = text.length - 1; at >= 0; at -= 1) {
    const char = text.charAt(at);
    if (END_SIGN.test(char)) {
      signs.push(char);
      headEnd = at;
    } else if (!/\s/.test(char)) {
      break;
    }
  }
  return { head: text.slice(0, headEnd), signs };
}

/** A line that begins with a tab or two spaces; a single space is a slip of the hand. */
const INDENTED_LINE =
  /[\n\r\u2028\u2029](?:\t|[^\S\n\r\u2028\u2029]{2})[^\S\n\r\u2028\u2029]*(?=\S|$)/;
const LINE_BREAKS = /^\s*[\n\r\u2028\u2029]/;

function settleWhiteSpace(parts: readonly PromptPart[]): string {
  const isLaidOut = parts.some((part) => !part.verbatim && INDENTED_LINE.test(part.text));
  const settled = (run: string) =>
    isLaidOut && LINE_BREAKS.test(run) ? run.replace(LINE_BREAKS, '\n') : ' ';
  return parts
    .map((part) => (part.verbatim ? part.text : part.text.replace(/\s+/g, settled)))
    .join('');
}
