import { plainDecision } from '../../src/cache/decision.ts';
import type {
  GenerationDecision,
  GenerationFailure,
  GenerationSnapshot,
  GenerationUsage,
} from '../../src/generation/generation.ts';

export const sampleUsage: GenerationUsage = {
  inputTokens: 12,
  outputTokens: 3,
  costUsd: 0.000_5,
  savedUsd: null,
  savedTokens: 0,
  source: 'PROVIDER',
};

export const sampleDecision: GenerationDecision = {
  cache: plainDecision('MISS'),
  routing: {
    tier: 'LARGE',
    complexity: null,
    expectedGain: null,
    explored: false,
    reason: 'Routing is off, so the large model was asked.',
    assignments: [],
    requestedModel: null,
    servedModel: 'large-model',
    fallbacks: [],
  },
  prompt: { inputTokensBefore: 12, inputTokensAfter: 12, terms: [] },
};

/** A finished generation, except for what `changes` says. */
export function sampleGeneration(changes: Partial<GenerationSnapshot> = {}): GenerationSnapshot {
  return {
    id: 'generation-1',
    status: 'FINISHED',
    text: 'It is Paris.',
    reasoning: null,
    finishReason: 'STOP',
    failure: null,
    cached: false,
    model: 'large-model',
    usage: sampleUsage,
    timing: { firstTokenMs: 20, totalMs: 50, upstreamMs: 49, overheadMs: 1 },
    decision: sampleDecision,
    ...changes,
  };
}

/** A failure before anything began, except for what `changes` says. */
export function sampleFailure(changes: Partial<GenerationFailure> = {}): GenerationFailure {
  return {
    code: 'UPSTREAM_UNAVAILABLE',
    message: 'No model could be reached.',
    retryable: true,
    retryAfterMs: 1500,
    partialText: '',
    usage: sampleUsage,
    generation: null,
    ...changes,
  };
}
