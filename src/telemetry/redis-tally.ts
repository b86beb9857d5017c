import type { Clock } from '../domain/clock.ts';
import type { RedisClient } from '../redis/client.ts';
import type { BucketState } from './bucket.ts';
import { type BucketSpan, spanOf } from './bucket-grid.ts';
import { mergeBuckets } from './merge-buckets.ts';
import type { SharedBuckets } from './redis-buckets.ts';
import { type Call, redisTotal } from './redis-total.ts';
import { createSeries } from './series.ts';
import type { Rating, RequestRecord, StatisticsSummary, StatsWindow } from './statistics.ts';

/** What is counted of one tenant, or of all: here, and in Redis by all processes. */
export type Tally = {
  add(request: RequestRecord): void;
  rate(rating: Rating): void;
  /** Writes what Redis does not have yet. What fails is written the next time. Only one at a time. */
  save(call: Call): Promise<void>;
  read(window: StatsWindow): Promise<StatisticsSummary>;
  /** What this process has counted. */
  readAlone(window: StatsWindow): StatisticsSummary;
  /** Takes out what all have counted; they begin anew. */
  erase(call: Call): Promise<void>;
  /** What this process has counted is gone: it begins anew. */
  forget(): void;
};

export type TallyOptions = {
  readonly redis: RedisClient;
  readonly root: string;
  readonly processId: string;
  readonly newId: () => string;
  readonly clock: Clock;
  readonly buckets: SharedBuckets;
  /** How this process reads. */
  readonly call: Call;
  /** What the other processes have stored of a span, by a guarded reading that may be shared. */
  readonly readOthers: (series: string, span: BucketSpan) => Promise<BucketState>;
};

/**
 * A reading takes this process's own part from its memory, where it is newest, and of Redis what the others
 * have written: so nothing is counted twice, however much of the own part is written already.
 *
 * @param name in the keys of Redis, below the root
 * @param onLost called when Redis has lost what it held; all that is kept here is then written again
 */
export function redisTally(name: string, options: TallyOptions, onLost: () => void): Tally {
  const { clock, buckets, readOthers } = options;
  const series = createSeries();
  let written = new WeakSet<BucketState>();
  const total = redisTotal({
    ...options,
    key: `${options.root}${name}:total`,
    series,
    onLost() {
      written = new WeakSet();
      onLost();
    },
    onForgotten() {
      written = new WeakSet();
      series.clear();
    },
  });

  async function writeBuckets(call: Call): Promise<void> {
    const known = written;
    const unwritten = series.buckets().filter(({ state }) => !known.has(state));
    await Promise.all(
      unwritten.map(async (bucket) => {
        await call(() => buckets.write(name, bucket));
        known.add(bucket.state);
      }),
    );
  }

  async function partsOfAll(window: StatsWindow): Promise<readonly BucketState[]> {
    if (window === 'ALL') return total.read(options.call);
    const now = clock.now();
    const others = await readOthers(name, spanOf(window, now));
    return [...series.parts(window, now), others];
  }

  return {
    add: series.add,
    rate: series.rate,
    async save(call) {
      await total.save(call);
      await writeBuckets(call);
    },
    read: async (window) => mergeBuckets(await partsOfAll(window)).summary(),
    readAlone: (window) => series.summary(window, clock.now()),
    async erase(call) {
      // First: whoever writes to a bucket has looked at the total before.
      await total.erase(call);
      await buckets.erase(name);
    },
    forget: total.forget,
  };
}
