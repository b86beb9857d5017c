/** int8: quantised, three times as fast. fp32: as trained. */
export type Precision = 'int8' | 'fp32';

/** What a model is made of. */
export type ModelSource = {
  /** A BERT of MiniLM's size, as safetensors. */
  readonly weightsPath: string;
  /** The `tokenizer.json` that belongs to it. */
  readonly tokenizerPath: string;
  /** What a pair model learned on top of it (`bert-weights.ts` knows the names); null for an encoder. */
  readonly learnedPath: string | null;
  readonly precision: Precision;
};

/**
 * Raised when another model is made of the same weights: what the old one has said is not to be compared with what the
 * new one says.
 */
const VERSION = 1;

/** Names what is made of a source by what its files hold: `6638f625a0a6/int8-v1`. */
export function revisionOf(
  hashes: { readonly weights: string; readonly learned: string | null },
  precision: Precision,
): string {
  const short = (hash: string) => hash.slice(0, 12);
  const learned = hashes.learned === null ? '' : `+${short(hashes.learned)}`;
  return `${short(hashes.weights)}${learned}/${precision}-v${VERSION}`;
}
