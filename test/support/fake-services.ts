import type { Cache, SemanticStatus } from '../../src/cache/port.ts';
import { systemClock } from '../../src/domain/clock.ts';
import type { GenerationService } from '../../src/generation/service.ts';
import { memoryRollout } from '../../src/rollout/memory-rollout.ts';
import type { Route } from '../../src/router/port.ts';
import type { Router } from '../../src/router/router-port.ts';
import type { GraphContext, Services } from '../../src/schema/context.ts';
import type { RoutingStanding } from '../../src/schema/stats.ts';
import type {
  LatencySummary,
  Statistics,
  StatisticsSummary,
} from '../../src/telemetry/statistics.ts';
import type { Principal } from '../../src/tenancy/principal.ts';
import { recordLogs } from './recorded-logs.ts';
import { sampleDecision, sampleGeneration } from './sample-generation.ts';
import { samplePrincipal } from './sample-principal.ts';
import { servedModel } from './sample-router.ts';

export const caller = samplePrincipal({ tenant: 'acme' });
export const operator = samplePrincipal({ tenant: 'ops', operator: true });

/** What resolvers get, with services that answer from memory unless `changes` replaces them. */
export function fakeContext(
  changes: { principal?: Principal; signal?: AbortSignal; services?: Partial<Services> } = {},
): GraphContext {
  return {
    principal: changes.principal ?? caller,
    signal: changes.signal ?? new AbortController().signal,
    operationKey: null,
    services: { ...fakeServices(), ...changes.services },
  };
}

export function fakeServices(): Services {
  return {
    generations: fakeGenerations(),
    cache: fakeCache(),
    routing: () => fakeRouting(),
    rollout: memoryRollout({
      configured: {
        cacheEnabled: true,
        semanticCacheEnabled: true,
        routingEnabled: false,
        abTestRatio: 0.25,
      },
      clock: systemClock,
      logger: recordLogs().logger,
    }),
    experiments: { current: () => [], change: async () => null },
    statistics: fakeStatistics(),
    rate: async () => ({ kind: 'unknown' }),
    warm: async (answers) => ({ kind: 'done', stored: answers.length, skipped: 0 }),
    invalidate: async () => 0,
    erase: async () => ({ entries: 0, generations: 0 }),
    health: async () => ({
      status: 'DEGRADED',
      version: '1.2.3',
      uptimeSeconds: 60,
      dependencies: [{ name: 'redis', status: 'UNAVAILABLE', latencyMs: null, detail: null }],
    }),
  };
}

/** Every prompt is answered at once with the same generation. */
export function fakeGenerations(changes: Partial<GenerationService> = {}): GenerationService {
  const generation = sampleGeneration();
  const { id: generationId } = generation;
  return {
    generate: async () => ({ kind: 'generation', generation }),
    async *generateStream() {
      yield {
        type: 'started',
        generationId,
        seq: 0,
        cached: false,
        model: generation.model,
        decision: sampleDecision,
      };
      yield { type: 'delta', generationId, seq: 1, offset: 0, text: generation.text };
      yield { type: 'finished', generationId, seq: 2, generation };
    },
    start: async () => ({ kind: 'generation', generation }),
    async *resume() {
      yield { type: 'finished', generationId, seq: 2, generation };
    },
    find: async (id) => (id === generation.id ? generation : null),
    cancel: async (id) => (id === generation.id ? generation : null),
    preview: async () => ({
      decision: sampleDecision,
      wouldFail: null,
      inputTokens: 12,
      estimatedCostUsd: null,
      estimatedCostUpperUsd: null,
    }),
    activity: () => ({ generations: 2, subscribers: 1 }),
    forget: async () => [],
    erase: async () => 0,
    drain: async () => {},
    ...changes,
  };
}

export function fakeCache(): Cache {
  return {
    enabled: true,
    lookUp: async () => ({ hit: false, decision: sampleDecision.cache }),
    keep: async () => true,
    erase: async () => 0,
    clear: async () => 0,
    evict: async () => 0,
    reportWrongHit: async () => 0,
    status: async () => ({
      store: 'MEMORY',
      storeHealthy: true,
      entries: 7,
      bytes: 4096,
      evictions: 1,
      dependencies: [],
      semantic: null,
    }),
  };
}

/** Of a cache that answers like prompts, with a model that was measured. */
export function sampleSemanticStatus(): SemanticStatus {
  return {
    enabled: true,
    evidence: {
      maxErrorRate: 0.01,
      threshold: 0.97,
      hits: 1_000,
      wrongHits: 4,
      upperBound: 0.0091,
      confidenceLevel: 0.95,
      matches: 5_000,
      mix: 'Questions of a forum.',
      version: 'model-1',
    },
    indexedEntries: 12,
    indexBytes: 34_567,
  };
}

export function fakeRouting(changes: Partial<RoutingStanding> = {}): RoutingStanding {
  return {
    router: fakeRouter(),
    strategy: 'COMPLEXITY',
    skill: null,
    modelAvailable: () => true,
    experiments: [],
    judgements: new Map(),
    ...changes,
  };
}

export const sampleRoute: Route = {
  candidates: [{ model: 'large-model', tier: 'LARGE' }],
  complexity: null,
  expectedGain: null,
  explored: false,
  reason: 'Routing is off, so the large model was asked.',
  assignments: [],
  requestedModel: null,
};

export function fakeRouter(): Router {
  return {
    models: [
      servedModel('large-model', { tier: 'LARGE' }),
      servedModel('small-model', { tier: 'SMALL' }),
    ],
    enabled: false,
    abTestRatio: 0.25,
    policyFor: () => ({ kind: 'tier', tier: 'LARGE', models: ['large-model'] }),
    route: async () => ({ choice: null, route: sampleRoute }),
  };
}

/** Nothing is counted, in any scope and window. */
export function fakeStatistics(changes: Partial<Statistics> = {}): Statistics {
  return {
    record() {},
    rate() {},
    forget() {},
    async erase() {},
    read: async () => emptySummary(),
    ...changes,
  };
}

export function emptySummary(changes: Partial<StatisticsSummary> = {}): StatisticsSummary {
  return {
    requests: 0,
    cacheOutcomes: {
      EXACT: 0,
      SEMANTIC: 0,
      JOINED: 0,
      MISS: 0,
      BYPASSED: 0,
      DISABLED: 0,
      UNAVAILABLE: 0,
    },
    refusals: {},
    wrongHits: 0,
    hitLatency: noLatency,
    overhead: noLatency,
    savedUsd: null,
    savedTokens: 0,
    models: [],
    complexity: { SIMPLE: 0, MEDIUM: 0, COMPLEX: 0 },
    arms: [],
    ...changes,
  };
}

export const noLatency: LatencySummary = {
  count: 0,
  meanMs: null,
  p50Ms: null,
  p95Ms: null,
  p99Ms: null,
  maxMs: null,
};
