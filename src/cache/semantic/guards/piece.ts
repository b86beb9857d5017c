/** What stands before a piece: nothing of note, a pause within a sentence, or the end of the last sentence. */
export type Pause = 'NONE' | 'COMMA' | 'END';

/**
 * The smallest part of a prompt that is looked at as one.
 *
 * - WORD: letters, with apostrophes inside. What was hyphenated or joined by a slash is several, the later ones `joint`.
 * - NUMBER: what begins with a digit, or with a sign or currency before one: 5, $5, 1,000, 10:30, 21st, 5kg.
 * - CODE: what is looked at letter by letter: addresses, paths, expressions, versions, part numbers.
 * - VERBATIM: code or a quotation with its marks.
 * - SIGN: an operator by itself.
 */
export type Piece = {
  readonly kind: 'WORD' | 'NUMBER' | 'CODE' | 'VERBATIM' | 'SIGN';
  readonly text: string;
  readonly pause: Pause;
  readonly joint: '' | '-' | '/';
};

/** What was read before the next piece. */
export type Pending = { pause: Pause };

export function push(
  pieces: Piece[],
  pending: Pending,
  kind: Piece['kind'],
  text: string,
  joint: Piece['joint'] = '',
): void {
  pieces.push({ kind, text, pause: pending.pause, joint });
  pending.pause = 'NONE';
}

/** A longer pause outdoes a shorter one. */
export function pause(pending: Pending, by: Pause): void {
  if (pending.pause === 'NONE' || by === 'END') pending.pause = by;
}

/** Signs that end a sentence, or begin another part of it. */
export const ENDS: ReadonlySet<string> = new Set('.?!…。！？;:');
