import type { BucketState } from './bucket.ts';
import type { StatsWindow } from './statistics.ts';

/** The two widths of bucket that time is cut into, from the Unix epoch on. */
export type BucketKind = 'minute' | 'hour';

const BUCKET_MS: Readonly<Record<BucketKind, number>> = { minute: 60_000, hour: 3_600_000 };

/** How many buckets the longest window looks back on, the running one included. */
export const BUCKETS_KEPT: Readonly<Record<BucketKind, number>> = { minute: 60, hour: 24 };

/** A bucket at its place in time. */
export type PlacedBucket = {
  readonly kind: BucketKind;
  readonly index: number;
  readonly state: BucketState;
};

/** `count` buckets up to and with the one at `last`. */
export type BucketSpan = {
  readonly kind: BucketKind;
  readonly last: number;
  readonly count: number;
};

/** The place of the bucket that a time falls in. */
export function bucketIndex(kind: BucketKind, at: number): number {
  return Math.floor(at / BUCKET_MS[kind]);
}

/** The buckets that a window looks back on. */
export function spanOf(window: Exclude<StatsWindow, 'ALL'>, now: number): BucketSpan {
  switch (window) {
    case 'MINUTE':
      return { kind: 'minute', last: bucketIndex('minute', now), count: 2 };
    case 'HOUR':
      return { kind: 'minute', last: bucketIndex('minute', now), count: BUCKETS_KEPT.minute };
    case 'DAY':
      return { kind: 'hour', last: bucketIndex('hour', now), count: BUCKETS_KEPT.hour };
  }
}

/** How long a bucket is of use after it ended. */
export function usefulMs(kind: BucketKind): number {
  return BUCKETS_KEPT[kind] * BUCKET_MS[kind];
}
