import { ENDS, type Pending, type Piece, pause, push } from './piece.ts';
import { isVariant } from './spelling.ts';

const ADDRESS =
  /^(?:www\.|https?:)|^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|org|net|io|gov|edu|co|in|uk|ai|dev|app)(?:\/.*)?$/i;
const STARTS_NUMERIC = /^(?:[+-]?[$€£¥₹#]?|us\$|rs\.?|usd|inr|eur|gbp)\.?\d/i;

/** Reads what stands between two spaces, without the punctuation around it. */
export function scanCore(core: string, pieces: Piece[], pending: Pending): void {
  if (ADDRESS.test(core)) push(pieces, pending, 'CODE', core.toLowerCase());
  else if (STARTS_NUMERIC.test(core)) scanNumeric(core, pieces, pending);
  else if (/\d/.test(core)) scanAlphanumeric(core, pieces, pending);
  else scanWords(core, pieces, pending);
}

/** 5-10, 21-day-old, 1/2, 3+4, 10%-20% */
function scanNumeric(core: string, pieces: Piece[], pending: Pending): void {
  if (/^\d+(?:-\d+){2,}$/.test(core) && !/^\d{1,4}-\d{1,2}-\d{1,4}$/.test(core)) {
    push(pieces, pending, 'CODE', core);
    return;
  }
  if (
    /^\d{1,4}([-/.])\d{1,2}\1\d{1,4}$|^\d+\/\d+$|^[+-]\d[\d,.]*$/.test(core) ||
    !/[-–/+,*;:?()'a-z]/i.test(core)
  ) {
    push(pieces, pending, 'NUMBER', core);
    return;
  }
  const parts = core.split(/([-–/+*;?()]|,(?!\d))/);
  let joint: Piece['joint'] = '';
  parts.forEach((part, index) => {
    if (part === '') return;
    if (index % 2 === 0) {
      scanPart(part, pieces, pending, joint);
      joint = '';
    } else if (isOperator(parts, index)) {
      push(pieces, pending, 'SIGN', part === '–' ? '-' : part);
    } else if (part === '-' || part === '/') joint = part;
    else pause(pending, 'COMMA');
  });
}

/** Whether the sign at `index` stands between two numbers, or as the sign of the first. */
function isOperator(parts: readonly string[], index: number): boolean {
  if (!/^[-–/+*]$/.test(parts[index] ?? '')) return false;
  return /^[$€£¥₹.\d]/.test(parts[index + 1] ?? '') && /^$|\d/.test(parts[index - 1] ?? '');
}

function scanPart(part: string, pieces: Piece[], pending: Pending, joint: Piece['joint']): void {
  if (STARTS_NUMERIC.test(part)) push(pieces, pending, 'NUMBER', part, joint);
  else if (/\d/.test(part)) scanAlphanumeric(part, pieces, pending);
  else scanWords(part, pieces, pending, joint);
}

/** Letters before digits: iPhone6 is a name and a number; B12, H5N1 and AB-1234-X are codes. */
function scanAlphanumeric(core: string, pieces: Piece[], pending: Pending): void {
  const named = /^(\p{L}{3,})-?(\d{1,4})$/u.exec(core);
  if (named?.[1] !== undefined && named[2] !== undefined) {
    push(pieces, pending, 'WORD', named[1]);
    push(pieces, pending, 'NUMBER', named[2]);
    return;
  }
  const parts = core.split(/([,;?!():/]|(?<=\p{L}{3})[-–](?=\p{L}{3}))/u);
  parts.forEach((part, index) => {
    if (part === '') return;
    if (index % 2 === 1) pause(pending, 'COMMA');
    else if (/^\p{L}+$/u.test(part)) push(pieces, pending, 'WORD', part);
    else if (STARTS_NUMERIC.test(part)) push(pieces, pending, 'NUMBER', part);
    else push(pieces, pending, 'CODE', part.toLowerCase().replace(/^(\p{L}{1,2})-(\d+)$/u, '$1$2'));
  });
}

function scanWords(
  core: string,
  pieces: Piece[],
  pending: Pending,
  joint: Piece['joint'] = '',
): void {
  if (isOneWord(core.toLowerCase())) {
    push(pieces, pending, 'WORD', core, joint);
    return;
  }
  if (/^(?:.*[a-z])?(?:\+\+|#)$/i.test(core) || /^\.[a-z]+$/i.test(core)) {
    push(pieces, pending, 'CODE', core.toLowerCase(), joint);
    return;
  }
  let next = joint;
  core.split(/([-–—/,;:?!()[\]{}…&]+|\.{2,})/).forEach((part, index) => {
    if (part === '') return;
    if (index % 2 === 0) {
      scanDotted(part.replace(/^'+/, ''), pieces, pending, next);
      next = '';
    } else if (part === '-' || part === '/') next = part;
    else if (part === '&') push(pieces, pending, 'WORD', 'and');
    else pause(pending, ENDS.has(part.charAt(0)) ? 'END' : 'COMMA');
  });
}

/** e-mail, w/o */
function isOneWord(word: string): boolean {
  return /[-/]/.test(word) && isVariant(word);
}

/** "today.Can" is the end of a sentence, "U.S" an abbreviation, "Node.js" a name with a full stop in it. */
function scanDotted(word: string, pieces: Piece[], pending: Pending, joint: Piece['joint']): void {
  if (word === '') return;
  const dot = word.indexOf('.');
  if (dot < 0) {
    push(pieces, pending, 'WORD', word, joint);
    return;
  }
  const [before, after] = [word.slice(0, dot), word.slice(dot + 1)];
  if (/^[a-z']{3,}$/.test(before) && /^[A-Z][a-z']*$/.test(after)) {
    push(pieces, pending, 'WORD', before, joint);
    pause(pending, 'END');
    push(pieces, pending, 'WORD', after);
  } else if (dot <= 2 && /^[^.]+\.[^.]+$|^(?:[^.]\.)+[^.]$/.test(word)) {
    push(
      pieces,
      pending,
      'WORD',
      ABBREVIATIONS.get(word.toLowerCase()) ?? word.replaceAll('.', ''),
      joint,
    );
  } else {
    push(pieces, pending, 'CODE', word.toLowerCase(), joint);
  }
}

const ABBREVIATIONS: ReadonlyMap<string, string> = new Map([
  ['u.s', 'USA'],
  ['u.s.a', 'USA'],
]);
