import { inOneCell } from './arm-counter.ts';
import { type BucketState, countedIn, createBucket } from './bucket.ts';
import {
  BUCKETS_KEPT,
  type BucketKind,
  bucketIndex,
  type PlacedBucket,
  spanOf,
} from './bucket-grid.ts';
import { mergeBuckets } from './merge-buckets.ts';
import type { Rating, RequestRecord, StatisticsSummary, StatsWindow } from './statistics.ts';

/** The requests and ratings of one tenant, or of all, over time. `now` is milliseconds since the Unix epoch. */
export type Series = {
  add(request: RequestRecord): void;
  rate(rating: Rating): void;
  summary(window: StatsWindow, now: number): StatisticsSummary;
  /** What a summary is the merge of. */
  parts(window: StatsWindow, now: number): readonly BucketState[];
  /** All minutes and hours that are kept. A state is the same object until its bucket counts something more. */
  buckets(): readonly PlacedBucket[];
  /** What was counted since `takeNew`. */
  untaken(): BucketState;
  /** Gives what is untaken, which then is taken. */
  takeNew(): BucketState;
  /** Begins anew, with nothing counted. */
  clear(): void;
};

/**
 * Counts into the bucket of the running minute. Once the minute is over, the bucket is merged into that
 * minute's, its hour's and the total, and stays there at rest. So counting touches one bucket, a window is
 * the merge of at most 62, and no more than a minute that counted something takes room: at most 60 minutes
 * and 24 hours are kept, whatever the traffic.
 *
 * Only the total tells the arms of experiments by cells: in each minute and hour they would take fifty times the room of
 * all else, and nobody compares arms over a window.
 */
export function createSeries(): Series {
  const atRest: Readonly<Record<BucketKind, Map<number, BucketState>>> = {
    minute: new Map(),
    hour: new Map(),
  };
  // Together the total.
  let taken = createBucket();
  let untaken = createBucket();
  let running = createBucket();
  let runningSince: number | null = null;

  /** Makes the minute of `at` the running one. The clock may step back: then an earlier minute goes on. */
  function turnTo(at: number): void {
    if (runningSince !== null) {
      if (bucketIndex('minute', at) === bucketIndex('minute', runningSince)) return;
      rest();
    }
    runningSince = at;
    for (const kind of ['minute', 'hour'] as const) {
      dropFarFrom(bucketIndex(kind, at), atRest[kind], BUCKETS_KEPT[kind]);
    }
  }

  /** Merges what the running minute has counted so far into all that keeps it. */
  function rest(): void {
    const state = running.state();
    if (runningSince === null || countedIn(state) === 0) return;
    const windowed = withoutCells(state);
    mergeAt(atRest.minute, bucketIndex('minute', runningSince), windowed);
    mergeAt(atRest.hour, bucketIndex('hour', runningSince), windowed);
    untaken.merge(state);
    running = createBucket();
  }

  function restingParts(window: StatsWindow, now: number): readonly BucketState[] {
    if (window === 'ALL') return [taken.state(), untaken.state()];
    const { kind, last, count } = spanOf(window, now);
    return latest(atRest[kind], last, count);
  }

  function parts(window: StatsWindow, now: number): readonly BucketState[] {
    turnTo(now);
    const state = running.state();
    return [...restingParts(window, now), window === 'ALL' ? state : withoutCells(state)];
  }

  return {
    add(request) {
      turnTo(request.at);
      running.add(request);
    },
    rate(rating) {
      turnTo(rating.at);
      running.rate(rating);
    },
    parts,
    summary: (window, now) => mergeBuckets(parts(window, now)).summary(),
    buckets() {
      rest();
      return (['minute', 'hour'] as const).flatMap((kind) =>
        [...atRest[kind]].map(([index, state]) => ({ kind, index, state })),
      );
    },
    untaken() {
      rest();
      return untaken.state();
    },
    takeNew() {
      rest();
      const state = untaken.state();
      taken.merge(state);
      untaken = createBucket();
      return state;
    },
    clear() {
      for (const buckets of Object.values(atRest)) buckets.clear();
      taken = createBucket();
      untaken = createBucket();
      running = createBucket();
    },
  };
}

function withoutCells(state: BucketState): BucketState {
  return { ...state, arms: state.arms.map(inOneCell) };
}

function mergeAt(buckets: Map<number, BucketState>, index: number, state: BucketState): void {
  const present = buckets.get(index);
  // A copy: the same state goes into an hour as well, and each bucket has an object of its own.
  buckets.set(index, present ? mergeBuckets([present, state]).state() : { ...state });
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
