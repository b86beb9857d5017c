import { DEFAULT_NAMESPACE, type GenerationRequest } from '../../src/domain/request.ts';

/** What a plain `generate(prompt)` asks for. */
export function plainRequest(prompt: string, namespace = DEFAULT_NAMESPACE): GenerationRequest {
  return {
    prompt,
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
      namespace,
      ttlSeconds: null,
      maxAgeSeconds: null,
      semantic: true,
      maxErrorRate: null,
    },
    routing: { stickyKey: null, tier: null },
    idempotencyKey: null,
  };
}
