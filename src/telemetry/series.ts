import { type Bucket, type BucketState, createBucket } from './bucket.ts';
import type { RequestRecord, StatisticsSummary, StatsWindow } from './statistics.ts';

/** The requests of one tenant, or of all, over time. `now` is milliseconds since the Unix epoch. */
export type Series = {
  add(request: RequestRecord): void;
  summary(window: StatsWindow, now: number): StatisticsSummary;
};

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

// How many buckets a window looks back on, the running one included.
const MINUTES_IN_MINUTE = 2;
const MINUTES_IN_HOUR = 60;
const HOURS_IN_DAY = 24;

/**
 * Counts into the bucket of the running minute. Once the minute is over, the bucket is merged into that
 * minute's, its hour's and the total, and stays there at rest. So counting touches one bucket, a window is
 * the merge of at most 61, and no more than a minute that counted something takes room: at most 60 minutes
 * and 24 hours are kept, whatever the traffic.
 */
export function createSeries(): Series {
  const minutes = new Map<number, BucketState>();
  const hours = new Map<number, BucketState>();
  const total = createBucket();
  let running = createBucket();
  let runningMinute: number | null = null;

  /** Makes the minute of `at` the running one. The clock may step back: then an earlier minute goes on. */
  function turnTo(at: number): void {
    const minute = Math.floor(at / MINUTE_MS);
    if (minute === runningMinute) return;
    if (runningMinute !== null) rest(running.state(), runningMinute);
    running = createBucket();
    runningMinute = minute;
    dropFarFrom(minute, minutes, MINUTES_IN_HOUR);
    dropFarFrom(Math.floor(at / HOUR_MS), hours, HOURS_IN_DAY);
  }

  function rest(state: BucketState, minute: number): void {
    if (state.requests === 0) return;
    mergeAt(minutes, minute, state);
    mergeAt(hours, Math.floor((minute * MINUTE_MS) / HOUR_MS), state);
    total.merge(state);
  }

  function partsOf(window: StatsWindow, now: number): readonly BucketState[] {
    const minute = Math.floor(now / MINUTE_MS);
    switch (window) {
      case 'MINUTE':
        return latest(minutes, minute, MINUTES_IN_MINUTE);
      case 'HOUR':
        return latest(minutes, minute, MINUTES_IN_HOUR);
      case 'DAY':
        return latest(hours, Math.floor(now / HOUR_MS), HOURS_IN_DAY);
      case 'ALL':
        return [total.state()];
    }
  }

  return {
    add(request) {
      turnTo(request.at);
      running.add(request);
    },
    summary(window, now) {
      turnTo(now);
      return merged([...partsOf(window, now), running.state()]).summary();
    },
  };
}

function mergeAt(buckets: Map<number, BucketState>, index: number, state: BucketState): void {
  const present = buckets.get(index);
  buckets.set(index, present ? merged([present, state]).state() : state);
}

function merged(states: readonly BucketState[]): Bucket {
  const bucket = createBucket();
  for (const state of states) bucket.merge(state);
  return bucket;
}

function latest(
  buckets: ReadonlyMap<number, BucketState>,
  last: number,
  count: number,
): readonly BucketState[] {
  return [...buckets].flatMap(([index, state]) =>
    index <= last && index > last - count ? [state] : [],
  );
}

/** Drops what lies behind, and what lies as far ahead: a clock that ran wrong must not fill the memory. */
function dropFarFrom(last: number, buckets: Map<number, BucketState>, count: number): void {
  for (const index of buckets.keys()) {
    if (Math.abs(last - index) >= count) buckets.delete(index);
  }
}
