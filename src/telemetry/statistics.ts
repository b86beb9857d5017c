import type { CacheOutcome, CacheRefusalKind } from '../cache/decision.ts';
import type { FailureCode } from '../domain/errors.ts';
import type { ModelTier } from '../domain/request.ts';
import type { FinishReason } from '../domain/usage.ts';
import type { AnswerVerdict } from '../domain/verdict.ts';
import type { Complexity, ExperimentAssignment, Fallback } from '../router/port.ts';
import type { ArmState } from './arm-state.ts';

/**
 * One ended request. Every request that was understood emits exactly one, however it ended, and nothing
 * else counts requests: statistics, metrics and experiments all read these. Plain JSON.
 */
export type RequestRecord = {
  /** When it ended, milliseconds since the Unix epoch. */
  readonly at: number;
  readonly tenant: string;
  readonly namespace: string;
  readonly status: 'FINISHED' | 'FAILED' | 'CANCELLED';
  readonly failure: FailureCode | null;
  readonly finishReason: FinishReason | null;
  /** Null when the request was refused before the cache was asked. */
  readonly cacheOutcome: CacheOutcome | null;
  readonly refusal: CacheRefusalKind | null;
  /** The configured model that served, or was the last to fail; null when none was asked. */
  readonly model: string | null;
  readonly tier: ModelTier | null;
  readonly complexity: Complexity | null;
  readonly assignments: readonly ExperimentAssignment[];
  readonly fallbacks: readonly Fallback[];
  /** Of this request's own upstream calls: zero for a cached or joined answer. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number | null;
  readonly savedUsd: number | null;
  readonly savedTokens: number;
  readonly firstTokenMs: number | null;
  readonly totalMs: number;
  readonly upstreamMs: number;
  readonly overheadMs: number;
};

/** A verdict on one answer; there is at most one for each. Plain JSON. */
export type Rating = {
  /** When it was given, milliseconds since the Unix epoch. */
  readonly at: number;
  readonly tenant: string;
  readonly verdict: AnswerVerdict;
  /** The configured model that wrote the answer; null when none did or it is not known. */
  readonly model: string | null;
  /** The arms that a model answered this request for; none where the answer was cached or joined. */
  readonly assignments: readonly ExperimentAssignment[];
};

/**
 * - MINUTE, HOUR: the running minute and the 1 or 59 whole minutes before it.
 * - DAY: the running hour (of UTC) and the 23 whole hours before it.
 * - ALL: since the process started; with Redis since ever, over all processes.
 */
export type StatsWindow = 'MINUTE' | 'HOUR' | 'DAY' | 'ALL';

/** Whose requests: one tenant's, or everyone's. */
export type StatsScope = { readonly tenant: string } | 'ALL_TENANTS';

/** Milliseconds. Null when count is 0. Percentiles are within 1 % of the exact value. */
export type LatencySummary = {
  readonly count: number;
  readonly meanMs: number | null;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  readonly maxMs: number | null;
};

export type ModelSummary = {
  readonly model: string;
  /** Upstream calls that answered or failed, fallbacks included; cached and joined answers are not. */
  readonly requests: number;
  readonly failures: number;
  readonly firstToken: LatencySummary;
  readonly total: LatencySummary;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Sum of the known costs; null when none is known. */
  readonly costUsd: number | null;
  /** Answers of it that were rated GOOD or BAD, stored ones too. */
  readonly ratings: number;
  /** Those that were rated GOOD. */
  readonly goodRatings: number;
};

/** Everything counted over one scope and window. */
export type StatisticsSummary = {
  readonly requests: number;
  readonly cacheOutcomes: { readonly [outcome in CacheOutcome]: number };
  readonly refusals: { readonly [kind in CacheRefusalKind]?: number };
  /** Answers that were rated WRONG_CACHE_HIT. */
  readonly wrongHits: number;
  /** Total time of EXACT and SEMANTIC hits. */
  readonly hitLatency: LatencySummary;
  readonly overhead: LatencySummary;
  readonly savedUsd: number | null;
  readonly savedTokens: number;
  readonly models: readonly ModelSummary[];
  readonly complexity: { readonly [complexity in Complexity]: number };
  /**
   * What the arms of experiments did, each in the latest run of its experiment; in no order. ALL tells it by cells; in
   * other windows all of an arm is in cell 0. Of more than 16 experiments those that counted something last.
   */
  readonly arms: readonly ArmState[];
};

/**
 * Counts requests, and ratings at the time when they are given. `record` is called on the hot path: it is synchronous,
 * cheap and never throws, and so is `rate`. `read` merges; two reads of the same window differ only by what was counted
 * between them.
 *
 * `forget` has this process count anew for a tenant; `erase` all processes, as soon as they hear of it. It rejects when
 * that cannot be done, and may be called again. What all tenants have used together stays as it is.
 */
export type Statistics = {
  record(request: RequestRecord): void;
  rate(rating: Rating): void;
  forget(tenant: string): void;
  erase(tenant: string): Promise<void>;
  read(scope: StatsScope, window: StatsWindow): Promise<StatisticsSummary>;
};

/** Tokens that a model's answers took over the last day, on average; null when it gave none. */
export async function meanOutputTokens(
  statistics: Statistics,
  model: string,
): Promise<number | null> {
  const { models } = await statistics.read('ALL_TENANTS', 'DAY');
  const summary = models.find((each) => each.model === model);
  const answers = (summary?.requests ?? 0) - (summary?.failures ?? 0);
  return summary === undefined || answers === 0 ? null : summary.outputTokens / answers;
}
