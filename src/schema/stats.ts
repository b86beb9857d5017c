import type { CacheRefusalKind } from '../cache/decision.ts';
import type { CacheEvidence, CacheStatus } from '../cache/port.ts';
import type { CacheStoreKind } from '../cache/store.ts';
import type { ModelTier } from '../domain/request.ts';
import type { GenerationActivity } from '../generation/service.ts';
import type { ServedModel } from '../router/candidates.ts';
import type { ExperimentJudgement } from '../router/experiments/guardian.ts';
import type { StandingExperiment } from '../router/experiments/port.ts';
import type { Complexity } from '../router/port.ts';
import type { Router } from '../router/router-port.ts';
import type { Skill } from '../router/skill/prove-skill.ts';
import type {
  LatencySummary,
  ModelSummary,
  StatisticsSummary,
  StatsScope,
} from '../telemetry/statistics.ts';
import type { Principal } from '../tenancy/principal.ts';
import { type ExperimentStats, toExperimentStats } from './to-experiment-stats.ts';

export type CacheStats = {
  readonly enabled: boolean;
  readonly store: CacheStoreKind;
  readonly storeHealthy: boolean;
  readonly requests: number;
  readonly exactHits: number;
  readonly semanticHits: number;
  readonly joined: number;
  readonly misses: number;
  readonly hitRate: number | null;
  readonly refusedByGuard: number;
  readonly wrongHitsReported: number;
  readonly entries: number | null;
  readonly bytes: number | null;
  readonly evictions: number | null;
  readonly hitLatency: LatencySummary;
  readonly savedUsd: number | null;
  readonly savedTokens: number;
  readonly refusals: readonly CacheRefusalCount[];
  readonly semanticEnabled: boolean;
  readonly evidence: CacheEvidence | null;
  readonly indexedEntries: number | null;
  readonly indexBytes: number | null;
};

export type CacheRefusalCount = { readonly kind: CacheRefusalKind; readonly requests: number };

export type ModelStats = ModelSummary & {
  readonly tier: ModelTier | null;
  readonly contextTokens: number | null;
  readonly inputUsdPerMillion: number | null;
  readonly outputUsdPerMillion: number | null;
  readonly errorRate: number | null;
  readonly available: boolean;
  readonly meanRating: number | null;
};

export type ComplexityCount = { readonly complexity: Complexity; readonly requests: number };

export type RoutingStrategy = 'COMPLEXITY' | 'GAIN';

export type RoutingSkill = Skill & { readonly gainModel: string; readonly trainedOn: string };

/** How routing stands in this process. */
export type RoutingStanding = {
  readonly router: Pick<Router, 'models' | 'enabled' | 'abTestRatio'>;
  readonly strategy: RoutingStrategy;
  readonly skill: RoutingSkill | null;
  /** False while the model's calls fail one after the other. It is asked nevertheless. */
  readonly modelAvailable: (model: string) => boolean;
  readonly experiments: readonly StandingExperiment[];
  /** What was last found of experiments, over all tenants, by their keys. */
  readonly judgements: ReadonlyMap<string, ExperimentJudgement>;
};

export type RoutingStats = {
  readonly enabled: boolean;
  readonly abTestRatio: number;
  readonly strategy: RoutingStrategy;
  readonly skill: RoutingSkill | null;
  readonly models: readonly ModelStats[];
  readonly complexity: readonly ComplexityCount[];
  readonly experiments: readonly ExperimentStats[];
};

export type LiveStats = {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly cache: CacheStats;
  readonly routing: RoutingStats;
  readonly activeGenerations: number;
  readonly subscribers: number;
  readonly overhead: LatencySummary;
};

/** Whose requests a caller may see counted. */
export function scopeOf(caller: Principal): StatsScope {
  return caller.operator ? 'ALL_TENANTS' : { tenant: caller.tenant };
}

/**
 * What the cache did over one scope and window. Entries, bytes and evictions are known of the whole store or index
 * only, so they are null for a caller who may see one tenant.
 */
export function toCacheStats(
  summary: StatisticsSummary,
  cache: { readonly enabled: boolean; readonly status: CacheStatus },
  caller: Principal,
): CacheStats {
  const {
    EXACT: exactHits,
    SEMANTIC: semanticHits,
    JOINED: joined,
    MISS: misses,
  } = summary.cacheOutcomes;
  const { status } = cache;
  const { semantic } = status;
  const refusals = refusalsOf(summary);
  return {
    enabled: cache.enabled,
    store: status.store,
    storeHealthy: status.storeHealthy,
    requests: summary.requests,
    exactHits,
    semanticHits,
    joined,
    misses,
    hitRate: share(exactHits + semanticHits, exactHits + semanticHits + joined + misses),
    refusedByGuard: guardRefusals(refusals),
    wrongHitsReported: summary.wrongHits,
    entries: caller.operator ? status.entries : null,
    bytes: caller.operator ? status.bytes : null,
    evictions: caller.operator ? status.evictions : null,
    hitLatency: summary.hitLatency,
    savedUsd: summary.savedUsd,
    savedTokens: summary.savedTokens,
    refusals,
    semanticEnabled: semantic?.enabled ?? false,
    evidence: semantic?.enabled ? semantic.evidence : null,
    indexedEntries: caller.operator ? (semantic?.indexedEntries ?? null) : null,
    indexBytes: caller.operator ? (semantic?.indexBytes ?? null) : null,
  };
}

/** What the models did: each that may be asked, then those that were asked but no longer may be. */
export function toRoutingStats(
  summary: StatisticsSummary,
  { router, strategy, skill, modelAvailable, experiments, judgements }: RoutingStanding,
  caller: Pick<Principal, 'operator'>,
): RoutingStats {
  const counted = new Map(summary.models.map((model) => [model.model, model]));
  const served = router.models.map((model) =>
    toModelStats(
      counted.get(model.model) ?? noCalls(model.model),
      model,
      modelAvailable(model.model),
    ),
  );
  const names = new Set(router.models.map(({ model }) => model));
  const retired = summary.models
    .filter(({ model }) => !names.has(model))
    .map((model) => toModelStats(model, null, false));
  return {
    enabled: router.enabled,
    abTestRatio: router.abTestRatio,
    strategy,
    skill,
    models: [...served, ...retired],
    complexity: COMPLEXITIES.map((complexity) => ({
      complexity,
      requests: summary.complexity[complexity],
    })),
    experiments: experiments.map((experiment) =>
      toExperimentStats(experiment, summary.arms, judgements.get(experiment.key) ?? null, caller),
    ),
  };
}

/** Everything that the statistics subscription shows at one moment. */
export function toLiveStats(
  at: number,
  summary: StatisticsSummary,
  activity: GenerationActivity,
  stats: Pick<LiveStats, 'cache' | 'routing'>,
): LiveStats {
  return {
    at,
    ...stats,
    activeGenerations: activity.generations,
    subscribers: activity.subscribers,
    overhead: summary.overhead,
  };
}

const COMPLEXITIES = ['SIMPLE', 'MEDIUM', 'COMPLEX'] as const satisfies readonly Complexity[];

function toModelStats(
  model: ModelSummary,
  served: ServedModel | null,
  available: boolean,
): ModelStats {
  return {
    ...model,
    tier: served?.tier ?? null,
    contextTokens: served?.contextTokens ?? null,
    inputUsdPerMillion: served?.pricePerMillion?.input ?? null,
    outputUsdPerMillion: served?.pricePerMillion?.output ?? null,
    errorRate: share(model.failures, model.requests),
    available,
    meanRating: share(model.goodRatings, model.ratings),
  };
}

/** The most frequent first. */
function refusalsOf({ refusals }: StatisticsSummary): readonly CacheRefusalCount[] {
  const counts = Object.entries(refusals) as [CacheRefusalKind, number][];
  return counts
    .map(([kind, requests]) => ({ kind, requests }))
    .toSorted((a, b) => b.requests - a.requests || a.kind.localeCompare(b.kind));
}

/** An entry that was too uncertain was refused by the confidence, not by a guard. */
function guardRefusals(refusals: readonly CacheRefusalCount[]): number {
  return refusals
    .filter(({ kind }) => kind !== 'LOW_CONFIDENCE')
    .reduce((sum, { requests }) => sum + requests, 0);
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

function noCalls(model: string): ModelSummary {
  return {
    model,
    requests: 0,
    failures: 0,
    firstToken: NO_LATENCY,
    total: NO_LATENCY,
    inputTokens: 0,
    outputTokens: 0,
    costUsd: null,
    ratings: 0,
    goodRatings: 0,
  };
}

const NO_LATENCY: LatencySummary = {
  count: 0,
  meanMs: null,
  p50Ms: null,
  p95Ms: null,
  p99Ms: null,
  maxMs: null,
};
