import type { PromptFeatures } from './prompt-features.ts';

/** How features are made into what trees and centres look at. */
export type Inputs = {
  /** Of the lexical features, over the prompts of training. */
  readonly means: Float32Array;
  readonly spreads: Float32Array;
  /** The hashes that are told apart, rising. */
  readonly vocabulary: Uint16Array;
};

/** Farther from the mean than this many standard deviations a feature says no more. */
const FARTHEST = 5;

const MOST_WORDS = 128;
/** Of the prompts, that a hash has to be in to be told apart. */
const RAREST = 0.01;

/** What is common and how far features spread, over the prompts of training. */
export function fitInputs(prompts: readonly PromptFeatures[]): Inputs {
  const width = prompts[0]?.lexical.length ?? 0;
  const means = new Float32Array(width);
  const spreads = new Float32Array(width);
  for (let at = 0; at < width; at += 1) {
    const values = prompts.map(({ lexical }) => lexical[at] ?? 0);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    means[at] = mean;
    spreads[at] = Math.sqrt(squares / values.length) || 1;
  }
  return { means, spreads, vocabulary: commonHashes(prompts) };
}

function commonHashes(prompts: readonly PromptFeatures[]): Uint16Array {
  const counts = new Map<number, number>();
  for (const { hashed } of prompts) {
    for (const hash of hashed) counts.set(hash, (counts.get(hash) ?? 0) + 1);
  }
  const common = [...counts]
    .filter(([, count]) => count >= RAREST * prompts.length)
    .sort(([one, ofOne], [other, ofOther]) => ofOther - ofOne || one - other)
    .slice(0, MOST_WORDS)
    .map(([hash]) => hash);
  return Uint16Array.from(common).sort();
}

/** What trees look at: the lexical features as they are, then 1 for each hash of the vocabulary that is there. */
export function treeRow({ vocabulary }: Inputs, features: PromptFeatures): Float32Array {
  const { lexical, hashed } = features;
  const row = new Float32Array(lexical.length + vocabulary.length);
  row.set(lexical);
  let at = 0;
  for (const [place, hash] of vocabulary.entries()) {
    while (at < hashed.length && (hashed[at] ?? 0) < hash) at += 1;
    if (hashed[at] === hash) row[lexical.length + place] = 1;
  }
  return row;
}

/**
 * Where a prompt lies: its vector, then its lexical features in standard deviations, scaled so that both parts count
 * about alike. Without a vector of that width, the lexical part alone.
 */
export function pointOf(
  { means, spreads }: Inputs,
  { lexical, vector }: PromptFeatures,
  vectorWidth: number,
): Float32Array {
  const ofVector = vector?.length === vectorWidth ? vector : null;
  const start = ofVector?.length ?? 0;
  const point = new Float32Array(start + means.length);
  if (ofVector !== null) point.set(ofVector);
  const scale = 1 / Math.sqrt(means.length);
  for (let at = 0; at < means.length; at += 1) {
    const deviation = ((lexical[at] ?? 0) - (means[at] ?? 0)) / (spreads[at] ?? 1);
    point[start + at] = scale * Math.max(-FARTHEST, Math.min(FARTHEST, deviation));
  }
  return point;
}
