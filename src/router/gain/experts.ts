import { closeness, distancesTo } from './centres.ts';
import { type Inputs, pointOf, treeRow } from './inputs.ts';
import { probability } from './log-odds.ts';
import type { PromptFeatures } from './prompt-features.ts';
import type { Table } from './table.ts';
import { sumOfTrees, type Trees } from './trees.ts';

/**
 * Two ways to expect how good an answer will be: trees, which find rules in the lexical features and common words, and
 * closeness to centres among the prompts of training, which knows what a prompt is about. They err differently.
 */
export type Experts = {
  readonly inputs: Inputs;
  /** Numbers of a vector; 0: trained without. */
  readonly vectorWidth: number;
  /** Points as `pointOf` makes them. */
  readonly centres: Table;
  readonly small: Expert;
  readonly large: Expert;
};

/** On the answers of one model. */
export type Expert = {
  /** Their sum is the log-odds of a good answer. */
  readonly trees: Trees;
  /** The expected quality: an intercept, and a weight a centre, which counts by its closeness. */
  readonly intercept: number;
  readonly weights: Float64Array;
};

/** Expected qualities, 0..1, not calibrated. */
export type Opinion = {
  readonly byTrees: number;
  /** Null without a vector. */
  readonly byCentres: number | null;
};

export type Opinions = {
  readonly small: Opinion;
  readonly large: Opinion;
  /** Squared, to the nearest centre, with the vector's part times VECTOR_COUNTS; null without a vector. */
  readonly distance: number | null;
  /** The same by the lexical features alone. */
  readonly lexicalDistance: number;
};

/**
 * In how far off a prompt is, what it is about counts for more than its form: short questions look alike. Measured: at 3,
 * questions of a web forum are farther from the benchmarks' than at 1, and the benchmarks' own no farther.
 */
const VECTOR_COUNTS = 3;

/** What the experts think of a prompt, as a function that has prepared what does not change. */
export function askExperts(experts: Experts): (features: PromptFeatures) => Opinions {
  const { inputs, vectorWidth, centres } = experts;
  const distances = distancesTo(centres);

  return (features) => {
    const row = treeRow(inputs, features);
    const point = pointOf(inputs, features, vectorWidth);
    const away = point.length === centres.width ? distances.from(point) : null;
    const near = away === null ? null : closeness(away);
    const lexicalAway = distances.from(point.subarray(-inputs.means.length));
    return {
      small: opinionOf(experts.small, row, near),
      large: opinionOf(experts.large, row, near),
      distance: away === null ? null : lowest(stretched(away, lexicalAway)),
      lexicalDistance: lowest(lexicalAway),
    };
  };
}

function opinionOf(expert: Expert, row: Float32Array, near: Float64Array | null): Opinion {
  const byTrees = probability(sumOfTrees(expert.trees, row));
  if (near === null) return { byTrees, byCentres: null };
  let quality = expert.intercept;
  for (let at = 0; at < near.length; at += 1)
    quality += (expert.weights[at] ?? 0) * (near[at] ?? 0);
  return { byTrees, byCentres: Math.min(1, Math.max(0, quality)) };
}

/** Squared distances are the sum of both parts'. */
function stretched(whole: Float64Array, lexical: Float64Array): Float64Array {
  return whole.map((each, at) => {
    const ofForm = lexical[at] ?? 0;
    return VECTOR_COUNTS * (each - ofForm) + ofForm;
  });
}

function lowest(values: Float64Array): number {
  return values.reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY);
}
