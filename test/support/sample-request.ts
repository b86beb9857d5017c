import type { GenerationRequest } from '../../src/domain/request.ts';

/** A request that gives nothing but a prompt, except for what `changes` says. */
export function sampleRequest(changes: Partial<GenerationRequest> = {}): GenerationRequest {
  return {
    prompt: 'What do day-old chicks eat?',
    system: null,
    history: [],
    model: null,
    maxTokens: null,
    temperature: null,
    topP: null,
    stop: [],
    seed: null,
    responseFormat: { kind: 'TEXT' },
    cache: {
      mode: 'DEFAULT',
      namespace: 'default',
      ttlSeconds: null,
      maxAgeSeconds: null,
      semantic: true,
      maxErrorRate: null,
    },
    routing: { stickyKey: null, tier: null },
    idempotencyKey: null,
    ...changes,
  };
}
