import { lexicalFeatures } from './lexical-features.ts';

/** Rises whenever `promptFeatures` tells something else of a prompt: models and logs of before fit no more. */
export const FEATURES_VERSION = 1;

/** Distinct words of a prompt that are told. */
export const MOST_HASHES = 512;

/** What the gain model knows of a prompt. None of it is text, but words can be guessed from their hashes. */
export type PromptFeatures = {
  readonly lexical: Float32Array;
  /** Hashes of 15 bits of the words, numbers by how long they are: distinct, rising, at most MOST_HASHES. */
  readonly hashed: Uint16Array;
  /** The encoder's vector of the prompt, of length 1; null when there was none. */
  readonly vector: Float32Array | null;
};

/** Characters at the beginning and at the end of a prompt that are looked at. */
const LOOKED_AT = 4096;
const HASHES = 1 << 15;

/** A word with its apostrophes and hyphens, a number, or any other mark. */
const TOKEN = /[\p{L}\p{M}]+(?:['’-][\p{L}\p{M}]+)*|\d+(?:[.,]\d+)*|[^\s\p{L}\p{M}\d]/gu;

/**
 * Takes any text, in a time that grows with its length up to 8,192 characters: of a longer one only the beginning and
 * the end are looked at.
 *
 * @param vector kept as it is
 */
export function promptFeatures(prompt: string, vector: Float32Array | null): PromptFeatures {
  const isLong = prompt.length > 2 * LOOKED_AT;
  const text = isLong ? `${prompt.slice(0, LOOKED_AT)}\n${prompt.slice(-LOOKED_AT)}` : prompt;
  const tokens = text.toLowerCase().match(TOKEN) ?? [];
  const lexical = lexicalFeatures({ length: prompt.length, text, tokens });
  return { lexical, hashed: hashesOf(tokens), vector };
}

function hashesOf(tokens: readonly string[]): Uint16Array {
  const found = new Set<number>();
  for (const token of tokens) {
    found.add(hash(/^\d/.test(token) ? `#${token.length}` : token));
    if (found.size === MOST_HASHES) break;
  }
  return Uint16Array.from(found).sort();
}

/** FNV-1a, mixed once more because its low bits alone depend on the last characters too much. */
function hash(text: string): number {
  let mixed = 2_166_136_261;
  for (let at = 0; at < text.length; at += 1) {
    mixed = Math.imul(mixed ^ text.charCodeAt(at), 16_777_619);
  }
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  return ((mixed ^ (mixed >>> 12)) >>> 0) % HASHES;
}
