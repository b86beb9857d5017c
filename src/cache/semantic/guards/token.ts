import type { Pause, Piece } from './piece.ts';

/**
 * A word of a prompt in its one spelling. `text` is what is compared and what the canonical form is made of: lower
 * case, a contraction spelt out, a number in digits, a unit behind a number by its symbol.
 */
export type Token = {
  readonly kind: 'WORD' | 'NUMBER' | 'UNIT' | 'CODE' | 'VERBATIM' | 'SIGN';
  readonly text: string;
  /** Written with a capital. */
  readonly capital: boolean;
  readonly pause: Pause;
  /** Joined to the word before by a hyphen or a slash. */
  readonly joint: Piece['joint'];
  /** The number "one", which may be no number but a pronoun. */
  readonly loose: boolean;
  /** Stands in a quotation. */
  readonly quoted: boolean;
};

export function newToken(
  kind: Token['kind'],
  text: string,
  origin: { readonly pause: Pause; readonly joint: Piece['joint'] },
  more: { readonly capital?: boolean; readonly loose?: boolean } = {},
): Token {
  const { pause, joint } = origin;
  return {
    kind,
    text,
    capital: more.capital ?? false,
    pause,
    joint,
    loose: more.loose ?? false,
    quoted: false,
  };
}
