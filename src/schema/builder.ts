import SchemaBuilder from '@pothos/core';
import type { CacheDecision } from '../cache/decision.ts';
import type { CacheEvidence } from '../cache/port.ts';
import type { DependencyHealth } from '../domain/health.ts';
import type {
  GenerationDecision,
  GenerationEvent,
  GenerationFailure,
  GenerationSnapshot,
  GenerationTiming,
  GenerationUsage,
} from '../generation/generation.ts';
import type { GenerationPreview } from '../generation/service.ts';
import type { InjectedTerm, PromptDecision } from '../prompt/decision.ts';
import type { RolloutState } from '../rollout/port.ts';
import type { ExperimentAssignment, Fallback, RoutingDecision } from '../router/port.ts';
import type { LatencySummary } from '../telemetry/statistics.ts';
import type { ErasedCounts } from '../tenancy/erase.ts';
import type { GraphContext, HealthReport } from './context.ts';
import type {
  CacheRefusalCount,
  CacheStats,
  ComplexityCount,
  LiveStats,
  ModelStats,
  RoutingSkill,
  RoutingStats,
} from './stats.ts';
import type { ArmStats, ExperimentStats, GuardrailStats } from './to-experiment-stats.ts';

export type Builder = ReturnType<typeof createBuilder>;

/**
 * A new builder that knows the shape behind each type of the schema, and defines none of them: the files
 * beside this one do, each through a function that takes the builder. Object types are therefore named by
 * strings, which the compiler checks against `SchemaTypes`, and need not be passed around.
 */
export function createBuilder() {
  return new SchemaBuilder<SchemaTypes>({ defaultFieldNullability: false });
}

type SchemaTypes = {
  Context: GraphContext;
  DefaultFieldNullability: false;
  Scalars: {
    /** Milliseconds since the Unix epoch; only ever sent. */
    DateTime: { Input: never; Output: number };
  };
  Interfaces: {
    GenerationEvent: GenerationEvent;
  };
  Objects: {
    Generation: GenerationSnapshot;
    GenerationUsage: GenerationUsage;
    GenerationTiming: GenerationTiming;
    GenerationFailure: GenerationFailure;
    GenerationPreview: GenerationPreview;
    GenerationDecision: GenerationDecision;
    CacheDecision: CacheDecision;
    CacheRefusal: NonNullable<CacheDecision['refusal']>;
    RoutingDecision: RoutingDecision;
    ExperimentAssignment: ExperimentAssignment;
    Fallback: Fallback;
    PromptDecision: PromptDecision;
    InjectedTerm: InjectedTerm;
    GenerationStarted: EventOfType<'started'>;
    GenerationDelta: EventOfType<'delta'>;
    GenerationReset: EventOfType<'reset'>;
    GenerationFinished: EventOfType<'finished'>;
    GenerationFailed: EventOfType<'failed'>;
    CacheStats: CacheStats;
    CacheRefusalCount: CacheRefusalCount;
    CacheEvidence: CacheEvidence;
    LatencySummary: LatencySummary;
    RoutingSkill: RoutingSkill;
    RoutingStats: RoutingStats;
    ModelStats: ModelStats;
    ComplexityCount: ComplexityCount;
    ExperimentStats: ExperimentStats;
    GuardrailStats: GuardrailStats;
    ArmStats: ArmStats;
    LiveStats: LiveStats;
    Health: HealthReport;
    DependencyHealth: DependencyHealth;
    Rollout: RolloutState;
    CancelGenerationPayload: { readonly generation: GenerationSnapshot | null };
    RateGenerationPayload: {
      readonly generation: GenerationSnapshot | null;
      readonly evictedEntryId: string | null;
      readonly counted: boolean;
    };
    WarmCachePayload: { readonly stored: number; readonly skipped: number };
    InvalidateCachePayload: { readonly removed: number };
    EraseDataPayload: ErasedCounts;
  };
};

type EventOfType<Type extends GenerationEvent['type']> = Extract<GenerationEvent, { type: Type }>;
