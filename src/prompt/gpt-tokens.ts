import type { CountTokens } from './tokens.ts';

/**
 * Longer runs of letters, of signs or of white space are counted in slices: the tokenizer takes quadratic
 * time on one such run, minutes for a megabyte. Each cut can add a token where no word of a language is
 * that long.
 */
const LONGEST_RUN = 64;

/**
 * How many words the tokenizer remembers the tokens of. Its own 100,000 would hold up to a hundred
 * megabytes of prompts, and once full it is slower with them than with none (measured with 4.0.0).
 */
const REMEMBERED_WORDS = 1_000;

/** Nothing a user writes is a special token: `<|endoftext|>` is thirteen characters. */
const AS_TEXT = { allowedSpecial: new Set<string>(), disallowedSpecial: new Set<string>() };

/**
 * Counts by the encoding o200k_base, which for English text differs from Llama 3's by less than 1 % and
 * for a dozen other languages by less than 10 %.
 *
 * Loading takes up to half a second and 80 MB, which is why it is not imported at the top: call it once. A
 * count takes time linear in the text, about a second for a megabyte of the worst.
 */
export async function loadGptTokenCounter(): Promise<CountTokens> {
  const [{ GptEncoding }, { default: ranks }] = await Promise.all([
    import('gpt-tokenizer/GptEncoding'),
    import('gpt-tokenizer/bpeRanks/o200k_base'),
  ]);
  const encoding = GptEncoding.getEncodingApi('o200k_base', () => ranks);
  encoding.setMergeCacheSize(REMEMBERED_WORDS);
  return (text) =>
    cutLongRuns(text).reduce((sum, piece) => sum + encoding.countTokens(piece, AS_TEXT), 0);
}

const LONG_RUN = new RegExp(
  `([\\p{L}\\p{M}]{${LONGEST_RUN}}|[^\\s\\p{L}\\p{N}]{${LONGEST_RUN}}|\\s{${LONGEST_RUN}})`,
  'u',
);

function cutLongRuns(text: string): readonly string[] {
  return text.length <= LONGEST_RUN ? [text] : text.split(LONG_RUN);
}
