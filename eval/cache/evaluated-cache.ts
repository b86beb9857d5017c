import type { CacheDecision } from '../../src/cache/decision.ts';
import { withExactKey } from '../../src/cache/exact-key.ts';
import type { Cache, KeyedQuestion } from '../../src/cache/port.ts';
import { DEFAULT_NAMESPACE } from '../../src/domain/request.ts';
import { plainRequest } from './plain-request.ts';

const TENANT = 'evaluation';

/** The server's cache, asked plainly. */
export type EvaluatedCache = {
  /** `answer` is null unless it hit. */
  ask(
    prompt: string,
    namespace?: string,
  ): Promise<{ decision: CacheDecision; answer: string | null }>;
  store(prompt: string, answer: string, namespace?: string): Promise<void>;
  forget(namespace: string): Promise<void>;
};

export function evaluatedCache(cache: Cache): EvaluatedCache {
  return {
    async ask(prompt, namespace = DEFAULT_NAMESPACE) {
      const found = await cache.lookUp(questionOf(prompt, namespace));
      return { decision: found.decision, answer: found.hit ? found.entry.text : null };
    },
    async store(prompt, text, namespace = DEFAULT_NAMESPACE) {
      const usage = { inputTokens: 0, outputTokens: 0, source: 'ESTIMATED' as const };
      const answer = { text, reasoning: null, model: null, usage };
      const kept = await cache.keep(questionOf(prompt, namespace), answer);
      if (!kept) throw new Error('The cache did not keep an answer.');
    },
    async forget(namespace) {
      await cache.erase({ tenant: TENANT, namespace });
    },
  };
}

/** The question that a plain `generate(prompt)` asks the cache. */
function questionOf(prompt: string, namespace: string): KeyedQuestion {
  const request = plainRequest(prompt, namespace);
  const policy = { kind: 'auto', models: ['large'], assignments: [] } as const;
  return withExactKey({ tenant: TENANT, request, policy, glossaryVersion: null });
}
