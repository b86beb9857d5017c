import { expanded } from './contractions.ts';
import { readNumeric, withNumbers } from './numbers.ts';
import type { Piece } from './piece.ts';
import { scan } from './scan.ts';
import { oneSpelling } from './spelling.ts';
import { newToken, type Token } from './token.ts';
import { CASED_UNITS } from './units.ts';

/** The words of a prompt, in order. Takes time linear in its length. */
export function readTokens(prompt: string): Token[] {
  const pieces = scan(prompt);
  const [only] = pieces;
  if (pieces.length !== 1 || only?.kind !== 'VERBATIM')
    return withNumbers(pieces.flatMap(tokensOf));
  // The whole prompt in quotation marks is the prompt.
  const inner = INNER.exec(only.text)?.[1];
  return inner === undefined ? pieces.flatMap(tokensOf) : readTokens(inner);
}

const INNER = /^["“]([^"“”]+)["”]$/;

function tokensOf(piece: Piece): Token[] {
  if (piece.kind === 'NUMBER') return readNumeric(piece);
  if (piece.kind !== 'WORD') return [newToken(piece.kind, piece.text, piece)];
  const capital = /^\p{Lu}/u.test(piece.text);
  if (piece.text === 'US') return [newToken('WORD', 'usa', piece, { capital })];
  const unit = piece.text.length > 1 ? CASED_UNITS.get(piece.text) : undefined;
  if (unit !== undefined) return [newToken('WORD', unit, piece)];
  const word = piece.text.toLowerCase().replaceAll('ς', 'σ');
  const words = expanded(word) ?? [withoutLastApostrophe(oneSpelling(word))];
  return words.map((each, index) =>
    index === 0
      ? newToken('WORD', each, piece, { capital })
      : newToken('WORD', each, { pause: 'NONE', joint: '' }),
  );
}

/** The possessive stays: "farmer's" is not "farmers". */
function withoutLastApostrophe(word: string): string {
  return word.endsWith("'") ? word.slice(0, -1) : word;
}
