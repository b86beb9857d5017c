import { z } from 'zod';
import type { BucketState } from './bucket.ts';

const counts = z.record(z.string(), z.number());

/** What the first version did not count: neither ratings nor arms of experiments. */
const countOfLater = z.number().default(0);

/** Checked by hand: there are thousands in what a reader merges, and `z.array` takes five times as long. */
const integers = z.custom<readonly number[]>(
  (value) => Array.isArray(value) && value.every(Number.isInteger),
);

const histogram = z.object({
  sum: z.number(),
  max: z.number(),
  zeros: z.number(),
  keys: integers,
  counts: integers,
});

const model = z.object({
  model: z.string(),
  requests: z.number(),
  failures: z.number(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  costUsd: z.number().nullable(),
  ratings: countOfLater,
  goodRatings: countOfLater,
  firstToken: histogram,
  total: histogram,
});

const cell = z.object({
  cell: z.number(),
  requests: z.number(),
  failures: z.number(),
  priced: z.number(),
  costUsd: z.number(),
  ratings: z.number(),
  goodRatings: z.number(),
  firstTextSteps: integers,
  firstTextCounts: integers,
});

const arm = z.object({
  experiment: z.string(),
  run: z.string(),
  arm: z.string(),
  cells: z.array(cell),
});

const bucket: z.ZodType<BucketState> = z.object({
  requests: z.number(),
  cacheOutcomes: counts,
  refusals: counts,
  ratings: countOfLater,
  wrongHits: countOfLater,
  complexity: counts,
  savedUsd: z.number().nullable(),
  savedTokens: z.number(),
  hitLatency: histogram,
  overhead: histogram,
  models: z.array(model),
  arms: z.array(arm).default([]),
});

/** The state of a bucket that was stored as JSON; null for what is none. */
export function parseBucket(stored: string): BucketState | null {
  try {
    return bucket.parse(JSON.parse(stored));
  } catch {
    return null;
  }
}
