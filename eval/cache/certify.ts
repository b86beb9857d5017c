import type { CertifiedThreshold } from '../../src/cache/semantic/confidence.ts';
import { upperBound } from './binomial.ts';

/** What one request would be served at a threshold of at most `confidence`. */
export type Served = { readonly confidence: number; readonly right: boolean };

/** Between two thresholds that are tried there are so many more hits. */
const STEP_HITS = 10;

/**
 * The lowest threshold whose share of wrong hits is, with the confidence `level`, at most `maxErrorRate`: Learn then Test
 * (Angelopoulos, Bates, Candès, Jordan and Lei 2021) with fixed-sequence testing. Thresholds are tried from the highest
 * one that has hits enough to certify anything downwards, and the first that fails ends it; where they lie is decided by
 * the confidences alone, without a look at what is right. Null when nothing can be certified.
 *
 * @param options.atLeast no threshold below it is tried
 */
export function certify(
  served: readonly Served[],
  options: { readonly maxErrorRate: number; readonly level: number; readonly atLeast: number },
): CertifiedThreshold | null {
  const { maxErrorRate, level, atLeast } = options;
  const sorted = served
    .filter(({ confidence }) => confidence >= atLeast)
    .sort((one, other) => other.confidence - one.confidence);
  let certified: CertifiedThreshold | null = null;
  for (let hits = leastHits(maxErrorRate, level); hits <= sorted.length; hits += STEP_HITS) {
    const threshold = sorted[hits - 1]?.confidence ?? 1;
    const passed = sorted.filter(({ confidence }) => confidence >= threshold);
    const wrongHits = passed.filter(({ right }) => !right).length;
    const bound = upperBound(wrongHits, passed.length, level);
    if (bound > maxErrorRate) break;
    certified = {
      maxErrorRate,
      threshold,
      matches: served.length,
      hits: passed.length,
      wrongHits,
      upperBound: bound,
    };
  }
  return certified;
}

/** Fewer hits, all of them right, prove nothing. */
function leastHits(maxErrorRate: number, level: number): number {
  return Math.ceil(Math.log(1 - level) / Math.log(1 - maxErrorRate));
}
