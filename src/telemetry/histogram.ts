import { DDSketch } from '@datadog/sketches-js';
import type { LatencySummary } from './statistics.ts';

/**
 * Durations in milliseconds, kept as a DDSketch: counts in buckets whose width grows with the value, so
 * that any percentile is within 1 % of the exact one and two histograms merge without loss.
 * Source: Masson, Rim and Lee, "DDSketch", VLDB 2019.
 */
export type Histogram = {
  /** Counts a duration. What is not a finite number is left out. */
  record(milliseconds: number): void;
  merge(other: HistogramState): void;
  state(): HistogramState;
  summary(): LatencySummary;
};

/** A histogram at rest: only the buckets that counted something. Plain JSON. */
export type HistogramState = {
  readonly sum: number;
  readonly max: number;
  /** How many durations were zero. */
  readonly zeros: number;
  /** Bucket keys in rising order, and the count of each. */
  readonly keys: readonly number[];
  readonly counts: readonly number[];
};

const RELATIVE_ACCURACY = 0.01;

// The two bounds on a duration bound the number of buckets as well: about 1,270 at this accuracy.
const SHORTEST_MS = 0.001;
const LONGEST_MS = 24 * 60 * 60 * 1000;

export function latencyHistogram(): Histogram {
  const sketch = new DDSketch({ relativeAccuracy: RELATIVE_ACCURACY });
  return {
    record(milliseconds) {
      if (!Number.isFinite(milliseconds)) return;
      sketch.accept(milliseconds < SHORTEST_MS ? 0 : Math.min(milliseconds, LONGEST_MS));
    },
    merge: (other) => mergeInto(sketch, other),
    state: () => stateOf(sketch),
    summary: () => summarise(sketch),
  };
}

/**
 * Adds bucket by bucket. `DDSketch.merge` of version 2.1.1 is not used: it takes a highest key of 0, which
 * is the bucket of 1 ms, for "not given" and then counts into buckets that do not exist.
 */
function mergeInto(sketch: DDSketch, other: HistogramState): void {
  let count = other.zeros;
  other.keys.forEach((key, index) => {
    const weight = other.counts[index] ?? 0;
    sketch.store.add(key, weight);
    count += weight;
  });
  sketch.zeroCount += other.zeros;
  sketch.count += count;
  sketch.sum += other.sum;
  if (count > 0) sketch.max = Math.max(sketch.max, other.max);
}

function stateOf(sketch: DDSketch): HistogramState {
  const keys: number[] = [];
  const counts: number[] = [];
  sketch.store.bins.forEach((count, index) => {
    if (count === 0) return;
    keys.push(index + sketch.store.offset);
    counts.push(count);
  });
  const max = sketch.count === 0 ? 0 : sketch.max;
  return { sum: sketch.sum, max, zeros: sketch.zeroCount, keys, counts };
}

function summarise(sketch: DDSketch): LatencySummary {
  if (sketch.count === 0) {
    return { count: 0, meanMs: null, p50Ms: null, p95Ms: null, p99Ms: null, maxMs: null };
  }
  return {
    count: sketch.count,
    meanMs: sketch.sum / sketch.count,
    p50Ms: percentile(sketch, 0.5),
    p95Ms: percentile(sketch, 0.95),
    p99Ms: percentile(sketch, 0.99),
    maxMs: sketch.max,
  };
}

/**
 * The shortest duration that this share of all was not longer than (nearest rank). The library's own
 * quantile takes the rank below, which for a few durations is another one.
 */
function percentile(sketch: DDSketch, share: number): number {
  const index = Math.ceil(share * sketch.count) - 1;
  const last = sketch.count - 1;
  if (index >= last) return sketch.max;
  // Half a rank more keeps rounding from falling to the duration before.
  const duration = sketch.getValueAtQuantile((index + 0.5) / last);
  // A bucket answers with its middle, which may lie above the longest duration it has counted.
  return Math.min(duration, sketch.max);
}
