/** What is known of two prompts that no guard tells apart. */
export type PairEvidence = {
  /** Cosine. */
  readonly similarity: number;
  /** Log-odds of the pair model, not calibrated. */
  readonly logOdds: number;
};

/**
 * How the evidence makes a probability, and from which probability on an answer is served. Fitted by
 * `eval/cache/fit.ts`, which says on what; kept in `models/cache-confidence.json`.
 */
export type ConfidenceModel = {
  /** Of this file; changes when anything in it does. */
  readonly version: string;
  /** What the ids of the encoder and of the pair model begin with that this was fitted for. */
  readonly encoder: string;
  readonly pairModel: string;
  readonly intercept: number;
  readonly weights: { readonly [Name in keyof PairEvidence]: number };
  /** For prompts of the same canonical form, which nothing else has to be known of. */
  readonly sameForm: number;
  /** By rising error rate. */
  readonly thresholds: readonly CertifiedThreshold[];
  /** Which questions the error rates hold for. */
  readonly mix: string;
  readonly confidenceLevel: number;
};

/** The evidence for one threshold: hits that it lets pass among matches that nothing was fitted on. */
export type CertifiedThreshold = {
  readonly maxErrorRate: number;
  readonly threshold: number;
  readonly matches: number;
  readonly hits: number;
  readonly wrongHits: number;
  /** Exact binomial upper bound (Clopper and Pearson 1934) on wrongHits / hits. */
  readonly upperBound: number;
};

/** The estimated probability that the answer to the one prompt is right for the other. */
export function confidenceOf(
  { intercept, weights }: ConfidenceModel,
  { similarity, logOdds }: PairEvidence,
): number {
  const sum = intercept + weights.similarity * similarity + weights.logOdds * logOdds;
  return 1 / (1 + Math.exp(-sum));
}

/**
 * The threshold whose certified error rate is the highest one within `maxErrorRate`; null when none is certified that
 * low: then nothing may be served.
 */
export function thresholdFor(
  model: ConfidenceModel,
  maxErrorRate: number,
): CertifiedThreshold | null {
  return model.thresholds.findLast((each) => each.maxErrorRate <= maxErrorRate) ?? null;
}
