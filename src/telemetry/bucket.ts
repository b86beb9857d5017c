import type { CacheOutcome, CacheRefusalKind } from '../cache/decision.ts';
import type { Complexity } from '../router/port.ts';
import { armCounters } from './arm-counters.ts';
import type { ArmState } from './arm-state.ts';
import { type HistogramState, latencyHistogram } from './histogram.ts';
import { addKnown } from './known.ts';
import { type ModelCounter, type ModelState, modelCounter } from './model-counter.ts';
import type { Rating, RequestRecord, StatisticsSummary } from './statistics.ts';

/**
 * Everything that is counted over some span of requests and ratings. Where buckets are kept, and for how long, is the
 * adapter's affair; a bucket at rest is plain JSON and can be merged in any order, in any process.
 */
export type Bucket = {
  add(request: RequestRecord): void;
  rate(rating: Rating): void;
  merge(other: BucketState): void;
  state(): BucketState;
  summary(): StatisticsSummary;
};

/** A bucket at rest. Plain JSON; counters that are zero are absent. */
export type BucketState = {
  readonly requests: number;
  readonly cacheOutcomes: Counts<CacheOutcome>;
  readonly refusals: Counts<CacheRefusalKind>;
  readonly ratings: number;
  readonly wrongHits: number;
  readonly complexity: Counts<Complexity>;
  readonly savedUsd: number | null;
  readonly savedTokens: number;
  readonly hitLatency: HistogramState;
  readonly overhead: HistogramState;
  readonly models: readonly ModelState[];
  readonly arms: readonly ArmState[];
};

type Counts<Key extends string> = { readonly [key in Key]?: number };
type Counter<Key extends string> = { [key in Key]?: number };

export function createBucket(): Bucket {
  let requests = 0;
  let ratings = 0;
  let wrongHits = 0;
  let savedUsd: number | null = null;
  let savedTokens = 0;
  const cacheOutcomes: Counter<CacheOutcome> = {};
  const refusals: Counter<CacheRefusalKind> = {};
  const complexity: Counter<Complexity> = {};
  const hitLatency = latencyHistogram();
  const overhead = latencyHistogram();
  const models = new Map<string, ModelCounter>();
  const arms = armCounters();

  function counterOf(model: string): ModelCounter {
    const known = models.get(model);
    if (known) return known;
    const created = modelCounter(model);
    models.set(model, created);
    return created;
  }

  return {
    add(request) {
      requests += 1;
      savedUsd = addKnown(savedUsd, request.savedUsd);
      savedTokens += request.savedTokens;
      overhead.record(request.overheadMs);
      if (request.cacheOutcome) increase(cacheOutcomes, request.cacheOutcome, 1);
      if (request.refusal) increase(refusals, request.refusal, 1);
      if (request.complexity) increase(complexity, request.complexity, 1);
      if (isHit(request)) hitLatency.record(request.totalMs);
      for (const fallback of request.fallbacks) counterOf(fallback.model).addFallback();
      if (request.model !== null && askedAModel(request)) {
        counterOf(request.model).add(request);
        arms.add(request);
      }
    },
    rate(rating) {
      const { verdict, model } = rating;
      ratings += 1;
      if (verdict === 'WRONG_CACHE_HIT') {
        wrongHits += 1;
        return;
      }
      if (model !== null) counterOf(model).rate(verdict === 'GOOD');
      arms.rate(rating);
    },
    merge(other) {
      requests += other.requests;
      ratings += other.ratings;
      wrongHits += other.wrongHits;
      savedUsd = addKnown(savedUsd, other.savedUsd);
      savedTokens += other.savedTokens;
      mergeCounts(cacheOutcomes, other.cacheOutcomes);
      mergeCounts(refusals, other.refusals);
      mergeCounts(complexity, other.complexity);
      hitLatency.merge(other.hitLatency);
      overhead.merge(other.overhead);
      for (const model of other.models) counterOf(model.model).merge(model);
      arms.merge(other.arms);
    },
    state: () => ({
      requests,
      cacheOutcomes: { ...cacheOutcomes },
      refusals: { ...refusals },
      ratings,
      wrongHits,
      complexity: { ...complexity },
      savedUsd,
      savedTokens,
      hitLatency: hitLatency.state(),
      overhead: overhead.state(),
      models: [...models.values()].map((model) => model.state()),
      arms: arms.states(),
    }),
    summary: () => ({
      requests,
      cacheOutcomes: { ...NO_OUTCOMES, ...cacheOutcomes },
      refusals: { ...refusals },
      wrongHits,
      complexity: { ...NO_COMPLEXITY, ...complexity },
      savedUsd,
      savedTokens,
      hitLatency: hitLatency.summary(),
      overhead: overhead.summary(),
      models: [...models.values()].map((model) => model.summary()),
      arms: arms.states(),
    }),
  };
}

/** How much a bucket has counted: it only rises while the bucket counts more. */
export function countedIn({ requests, ratings }: BucketState): number {
  return requests + ratings;
}

function isHit(request: RequestRecord): boolean {
  return request.cacheOutcome === 'EXACT' || request.cacheOutcome === 'SEMANTIC';
}

/** A joined request is answered by another's upstream call, which that other one's record counts. */
function askedAModel(request: RequestRecord): boolean {
  return !isHit(request) && request.cacheOutcome !== 'JOINED';
}

function increase<Key extends string>(counter: Counter<Key>, key: Key, amount: number): void {
  counter[key] = (counter[key] ?? 0) + amount;
}

function mergeCounts<Key extends string>(counter: Counter<Key>, other: Counts<Key>): void {
  for (const key of Object.keys(other) as Key[]) increase(counter, key, other[key] ?? 0);
}

const NO_OUTCOMES: { readonly [outcome in CacheOutcome]: number } = {
  EXACT: 0,
  SEMANTIC: 0,
  JOINED: 0,
  MISS: 0,
  BYPASSED: 0,
  DISABLED: 0,
  UNAVAILABLE: 0,
};

const NO_COMPLEXITY: { readonly [complexity in Complexity]: number } = {
  SIMPLE: 0,
  MEDIUM: 0,
  COMPLEX: 0,
};
