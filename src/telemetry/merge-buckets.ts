import { type Bucket, type BucketState, createBucket } from './bucket.ts';

/** One bucket that has counted what all of these have. */
export function mergeBuckets(states: readonly BucketState[]): Bucket {
  const bucket = createBucket();
  for (const state of states) bucket.merge(state);
  return bucket;
}
