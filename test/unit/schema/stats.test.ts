import { describe, expect, it } from 'vitest';
import type { SemanticStatus } from '../../../src/cache/port.ts';
import { scopeOf, toCacheStats, toLiveStats, toRoutingStats } from '../../../src/schema/stats.ts';
import type { ModelSummary } from '../../../src/telemetry/statistics.ts';
import type { Principal } from '../../../src/tenancy/principal.ts';
import {
  caller,
  emptySummary,
  fakeCache,
  fakeRouting,
  noLatency,
  operator,
  sampleSemanticStatus,
} from '../../support/fake-services.ts';

const semantic = sampleSemanticStatus();
const cache = { enabled: true, status: await fakeCache().status() };

function withSemantic(status: SemanticStatus) {
  return { ...cache, status: { ...cache.status, semantic: status } };
}

const noOutcomes = emptySummary().cacheOutcomes;

describe('whose requests are counted', () => {
  it('are those of the tenant, or of all tenants for an operator', () => {
    expect(scopeOf(caller)).toEqual({ tenant: 'acme' });
    expect(scopeOf(operator)).toBe('ALL_TENANTS');
  });
});

describe('cache statistics', () => {
  it('are null or zero where nothing has happened', () => {
    expect(toCacheStats(emptySummary(), cache, operator)).toEqual({
      enabled: true,
      store: 'MEMORY',
      storeHealthy: true,
      requests: 0,
      exactHits: 0,
      semanticHits: 0,
      joined: 0,
      misses: 0,
      hitRate: null,
      refusedByGuard: 0,
      wrongHitsReported: 0,
      entries: 7,
      bytes: 4096,
      evictions: 1,
      hitLatency: noLatency,
      savedUsd: null,
      savedTokens: 0,
      refusals: [],
      semanticEnabled: false,
      evidence: null,
      indexedEntries: null,
      indexBytes: null,
    });
  });

  it('take the hit rate over the look-ups that were answered', () => {
    const cacheOutcomes = {
      EXACT: 2,
      SEMANTIC: 1,
      JOINED: 1,
      MISS: 4,
      BYPASSED: 50,
      DISABLED: 50,
      UNAVAILABLE: 50,
    };
    const stats = toCacheStats(emptySummary({ requests: 158, cacheOutcomes }), cache, operator);

    expect(stats).toMatchObject({ exactHits: 2, semanticHits: 1, joined: 1, misses: 4 });
    expect(stats.hitRate).toBe(3 / 8);
  });

  it('have no hit rate when no look-up was answered', () => {
    const cacheOutcomes = { ...noOutcomes, BYPASSED: 3 };

    expect(toCacheStats(emptySummary({ cacheOutcomes }), cache, operator).hitRate).toBeNull();
  });

  it('have a hit rate of zero, not null, when everything missed', () => {
    const cacheOutcomes = { ...noOutcomes, MISS: 3 };

    expect(toCacheStats(emptySummary({ cacheOutcomes }), cache, operator).hitRate).toBe(0);
  });

  it('count as refused by a guard whatever was not refused for low confidence', () => {
    const refusals = { NUMBER: 2, NEGATION: 1, FRESHNESS: 1, LOW_CONFIDENCE: 40 };

    const stats = toCacheStats(emptySummary({ refusals }), cache, operator);
    expect(stats.refusedByGuard).toBe(4);
    expect(stats.refusals).toEqual([
      { kind: 'LOW_CONFIDENCE', requests: 40 },
      { kind: 'NUMBER', requests: 2 },
      { kind: 'FRESHNESS', requests: 1 },
      { kind: 'NEGATION', requests: 1 },
    ]);
  });

  it('count the wrong hits that were reported', () => {
    const stats = toCacheStats(emptySummary({ wrongHits: 3 }), cache, caller);
    expect(stats.wrongHitsReported).toBe(3);
  });

  it('show what the error rate rests on while like prompts are answered', () => {
    const on = toCacheStats(emptySummary(), withSemantic(semantic), caller);
    expect(on).toMatchObject({ semanticEnabled: true, evidence: semantic.evidence });
    const off = { ...semantic, enabled: false };
    expect(toCacheStats(emptySummary(), withSemantic(off), operator)).toMatchObject({
      semanticEnabled: false,
      evidence: null,
      indexedEntries: 12,
    });
    const unmeasured = { ...semantic, evidence: null };
    expect(toCacheStats(emptySummary(), withSemantic(unmeasured), operator)).toMatchObject({
      semanticEnabled: true,
      evidence: null,
    });
  });

  it('tell an operator alone how much this process remembers of prompts', () => {
    const of = (principal: Principal) =>
      toCacheStats(emptySummary(), withSemantic(semantic), principal);
    expect(of(operator)).toMatchObject({ indexedEntries: 12, indexBytes: 34_567 });
    expect(of(caller)).toMatchObject({ indexedEntries: null, indexBytes: null });
  });

  it('tell a tenant nothing of the store that it shares with others', () => {
    expect(toCacheStats(emptySummary(), cache, caller)).toMatchObject({
      entries: null,
      bytes: null,
      evictions: null,
    });
  });
});

describe('routing statistics', () => {
  const calls: ModelSummary = {
    model: 'small-model',
    requests: 8,
    failures: 2,
    firstToken: noLatency,
    total: noLatency,
    inputTokens: 3_000_000_000,
    outputTokens: 5,
    costUsd: 0.5,
    ratings: 4,
    goodRatings: 3,
  };

  it('list every model that may be asked, also before its first call', () => {
    const { models } = toRoutingStats(emptySummary(), fakeRouting(), caller);

    expect(models.map(({ model, tier }) => [model, tier])).toEqual([
      ['large-model', 'LARGE'],
      ['small-model', 'SMALL'],
    ]);
    expect(models[0]).toMatchObject({
      requests: 0,
      errorRate: null,
      costUsd: null,
      meanRating: null,
    });
  });

  it('put what was counted beside the tier and the availability', () => {
    const summary = emptySummary({ models: [calls] });
    const modelAvailable = (model: string) => model !== 'small-model';
    const { models } = toRoutingStats(summary, fakeRouting({ modelAvailable }), caller);

    expect(models[0]).toMatchObject({ model: 'large-model', available: true });
    expect(models[1]).toEqual({
      ...calls,
      tier: 'SMALL',
      contextTokens: null,
      inputUsdPerMillion: null,
      outputUsdPerMillion: null,
      errorRate: 0.25,
      available: false,
      meanRating: 0.75,
    });
  });

  it('keep a model that is no longer served, as not available', () => {
    const summary = emptySummary({ models: [{ ...calls, model: 'old-model' }] });
    const { models } = toRoutingStats(summary, fakeRouting(), caller);

    expect(models).toHaveLength(3);
    expect(models[2]).toMatchObject({ model: 'old-model', tier: null, available: false });
  });

  it('count each complexity and show the switches', () => {
    const complexity = { SIMPLE: 3, MEDIUM: 2, COMPLEX: 0 };
    const stats = toRoutingStats(emptySummary({ complexity }), fakeRouting(), caller);

    expect(stats).toMatchObject({
      ...{ enabled: false, abTestRatio: 0.25, strategy: 'COMPLEXITY', skill: null },
      experiments: [],
    });
    expect(stats.complexity).toEqual([
      { complexity: 'SIMPLE', requests: 3 },
      { complexity: 'MEDIUM', requests: 2 },
      { complexity: 'COMPLEX', requests: 0 },
    ]);
  });
});

describe('live statistics', () => {
  it('add what is going on at this moment', () => {
    const summary = emptySummary({ overhead: { ...noLatency, count: 1, meanMs: 2 } });
    const stats = {
      cache: toCacheStats(summary, cache, operator),
      routing: toRoutingStats(summary, fakeRouting(), caller),
    };

    expect(toLiveStats(1000, summary, { generations: 2, subscribers: 1 }, stats)).toEqual({
      at: 1000,
      ...stats,
      activeGenerations: 2,
      subscribers: 1,
      overhead: summary.overhead,
    });
  });
});
