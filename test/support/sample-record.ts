import type { Rating, RequestRecord } from '../../src/telemetry/statistics.ts';

/** A request that the large model answered, except for what `changes` says. */
export function sampleRecord(changes: Partial<RequestRecord> = {}): RequestRecord {
  return {
    at: Date.UTC(2026, 10, 24, 12),
    tenant: 'acme',
    namespace: 'default',
    status: 'FINISHED',
    failure: null,
    finishReason: 'STOP',
    cacheOutcome: 'MISS',
    refusal: null,
    model: 'large-model',
    tier: 'LARGE',
    complexity: null,
    assignments: [],
    fallbacks: [],
    inputTokens: 100,
    outputTokens: 20,
    costUsd: 0.25,
    savedUsd: 0,
    savedTokens: 0,
    firstTokenMs: 40,
    totalMs: 200,
    upstreamMs: 199,
    overheadMs: 1,
    ...changes,
  };
}

/** A good word for an answer of the large model, except for what `changes` says. */
export function sampleRating(changes: Partial<Rating> = {}): Rating {
  return {
    at: Date.UTC(2026, 10, 24, 12),
    tenant: 'acme',
    verdict: 'GOOD',
    model: 'large-model',
    assignments: [],
    ...changes,
  };
}
