import { splitVerbatim } from '../../../prompt/verbatim.ts';
import { ENDS, type Pause, type Pending, type Piece, pause, push } from './piece.ts';
import { scanCore } from './scan-core.ts';
import { UNITS } from './units.ts';

/** Takes time linear in the prompt's length. */
export function scan(prompt: string): Piece[] {
  const pieces: Piece[] = [];
  const pending: Pending = { pause: 'END' };
  for (const part of splitVerbatim(prompt)) {
    if (part.verbatim) push(pieces, pending, 'VERBATIM', part.text);
    else scanProse(visible(part.text), pieces, pending);
  }
  return pieces;
}

const INVISIBLE = /[\u00ad\u200b\u200e\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069]/g;
const FOLDED_FORMS = /[[\uff01-\uffee\ufb00-\ufb06]--[＂＇｀～｢｣￣]]/gv;

function visible(text: string): string {
  return text
    .replace(INVISIBLE, '')
    .replace(FOLDED_FORMS, (form) => form.normalize('NFKC'))
    .replace(/[’ʼ′]/g, "'")
    .replace(/[‐‑‒−]/g, '-');
}

function scanProse(text: string, pieces: Piece[], pending: Pending): void {
  for (const line of text.split('\n')) {
    const chunks = withCurrencies(line.split(/[\s"“”„«»‹›「」『』`＂｀]+/));
    chunks.forEach((chunk, index) => {
      if (SIGNS.has(chunk)) scanSign(chunk, chunks[index + 1] ?? '', pieces, pending);
      else if (!endsContraction(chunk, pieces, pending)) scanChunk(chunk, pieces, pending);
    });
    if (pieces.length > 0) pause(pending, 'COMMA');
  }
}

/** The chunks, a currency joined to the number behind it: Rs. 500, $ 5. */
function withCurrencies(chunks: readonly string[]): string[] {
  const joined: string[] = [];
  for (const chunk of chunks) {
    const last = joined.at(-1) ?? '';
    if (/^\d/.test(chunk) && CURRENCY.test(last)) joined[joined.length - 1] = last + chunk;
    else if (chunk !== '') joined.push(chunk);
  }
  return joined;
}

const CURRENCY = /^(?:us\$|[$€£¥₹]|rs\.?|usd|inr|eur|gbp)$/i;

/** Whether it is the end of a contraction, set apart: do n't, it 's. */
function endsContraction(chunk: string, pieces: Piece[], pending: Pending): boolean {
  const last = pieces.at(-1);
  if (last?.kind !== 'WORD' || pending.pause !== 'NONE') return false;
  if (!/^(?:'(?:s|re|ve|ll|d|m)|n't)$/i.test(chunk)) return false;
  pieces[pieces.length - 1] = { ...last, text: last.text + chunk };
  return true;
}

function scanChunk(chunk: string, pieces: Piece[], pending: Pending): void {
  if (isOpaque(chunk)) {
    const { core, after } = trimmed(chunk, OPAQUE_TAIL);
    push(pieces, pending, 'CODE', core);
    pause(pending, after);
    return;
  }
  const { core, after: written, before } = trimmed(chunk, TAIL);
  const after = ABBREVIATED.test(chunk) ? 'NONE' : written;
  pause(pending, before);
  if (core !== '') scanCore(core, pieces, pending);
  // A factorial
  if (chunk.endsWith('!') && core !== '' && isFactor(pieces.at(-1)))
    push(pieces, pending, 'SIGN', '!');
  pause(pending, after);
}

/** A full stop that ends no sentence: Dr. W. Adams */
const ABBREVIATED =
  /^(?:st|dr|mr|mrs|ms|prof|jr|sr|vs|inc|ltd|co|etc|approx|gen|sen|rep|gov|[a-hj-z])\.$/i;

const SIGNS: ReadonlySet<string> = new Set(
  '! + - – — = < > * / ÷ × % & ^ -> => → <= >= == != ≠ ≥ ≤ ± ~ | && || # . .. $ € £ ₹'.split(' '),
);

function scanSign(sign: string, next: string, pieces: Piece[], pending: Pending): void {
  if (sign === '&') push(pieces, pending, 'WORD', 'and');
  else if (sign === '%') push(pieces, pending, 'WORD', 'percent');
  else if (sign === '.' || (sign === '!' && !isFactor(pieces.at(-1)))) pause(pending, 'END');
  else if (PAUSES.has(sign) && !isBetweenNumbers(pieces, next)) pause(pending, 'COMMA');
  else push(pieces, pending, 'SIGN', sign === '–' || sign === '—' ? '-' : sign);
}

/** What may have a factorial: a number or a single letter. */
function isFactor(piece: Piece | undefined): boolean {
  return piece !== undefined && /^(?:\d+|\p{L})$/u.test(piece.text);
}

function isBetweenNumbers(pieces: readonly Piece[], next: string): boolean {
  if (!/^[$€£¥₹.]?\d/.test(next)) return false;
  const [before, last] = pieces.slice(-2);
  const unit = last ?? before;
  if (unit?.kind === 'NUMBER') return true;
  return before?.kind === 'NUMBER' && unit !== undefined && UNITS.has(unit.text.toLowerCase());
}

/** Signs that are operators between numbers, and bullets or dashes elsewhere. */
const PAUSES: ReadonlySet<string> = new Set(['-', '–', '—', '*', '|', '#', '/']);

/** Expressions, tags, paths of Windows, names with underscores; not what is only set in bold type. */
function isOpaque(chunk: string): boolean {
  if (!/[\^=<>|\\{}~_*@]|:\/\/|^\/|^\.\.?\/|^--?[a-z]/i.test(chunk)) return false;
  return !/^[*_~]{1,3}[^*_~^=<>|\\{}@]+[*_~]{1,3}[.,;:?!]*$/.test(chunk);
}

const OPAQUE_TAIL: ReadonlySet<string> = new Set('.,;:?!…');
const TAIL: ReadonlySet<string> = new Set('.,;:?!…)]}>\'*_~"‘-–—¿¡。、，！？');
const HEAD: ReadonlySet<string> = new Set("([{<'*_~‘-–—:;,!?…¿¡•·");

/** A chunk without the punctuation around it, and what that says about the pauses. */
function trimmed(
  chunk: string,
  tail: ReadonlySet<string>,
): { core: string; before: Pause; after: Pause } {
  let end = chunk.length;
  let after: Pause = 'NONE';
  while (end > 0 && tail.has(chunk.charAt(end - 1))) {
    end -= 1;
    const sign = chunk.charAt(end);
    if (ENDS.has(sign)) after = 'END';
    else if (after === 'NONE' && sign !== "'") after = 'COMMA';
  }
  // What an operator or a bracket closes is no end of a sentence: a.*?
  if (tail === OPAQUE_TAIL && end > 0 && !/[\p{L}\p{N})\]}>"]/u.test(chunk.charAt(end - 1))) {
    return { core: chunk, before: 'NONE', after: 'NONE' };
  }
  let start = 0;
  while (tail === TAIL && start < end && isHead(chunk, start)) start += 1;
  const opened = start > 0 && !/^['‘*_~]+$/.test(chunk.slice(0, start));
  return { core: chunk.slice(start, end), before: opened ? 'COMMA' : 'NONE', after };
}

function isHead(chunk: string, at: number): boolean {
  const sign = chunk.charAt(at);
  if (sign === '-' && /[\d.]/.test(chunk.charAt(at + 1))) return false;
  return HEAD.has(sign);
}
