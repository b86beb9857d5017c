import type { Clock } from '../domain/clock.ts';
import { plainDecision } from './decision.ts';
import { entryIdOf } from './place.ts';
import type { CacheLookUp, KeyedQuestion, SemanticStatus } from './port.ts';
import type { EntryIndex } from './semantic/entry-index.ts';
import type { Refusal } from './semantic/refusal.ts';
import type { SemanticCache, SemanticFinding } from './semantic/semantic-cache.ts';
import type { CacheStore } from './store.ts';
import { decisionOn, refusedForAge } from './stored-match.ts';

/** What the cache needs beside its store to serve prompts that ask the same in other words. */
export type SemanticPart = {
  readonly cache: SemanticCache;
  readonly index: EntryIndex;
  /** Asked for each look-up: an operator may switch it. */
  readonly enabled: () => boolean;
  readonly status: () => SemanticStatus;
};

/**
 * Looks up what has no answer of its own. What the index holds may be gone from the store: then the next match has its
 * turn. Rejects when the store does.
 */
export function createSemanticLookUp(options: {
  store: CacheStore;
  semantic: SemanticPart;
  clock: Clock;
}): (question: KeyedQuestion) => Promise<CacheLookUp> {
  const { store, semantic, clock } = options;
  const { cache, index } = semantic;

  return async (question) => {
    const finding = await cache.find(question);
    let { refusal } = finding;
    for (const { neighbour, pair, confidence } of finding.matches) {
      const entry = await store.get(neighbour.place);
      if (entry === null) {
        index.remove(neighbour.place);
        continue;
      }
      const tooOld = refusedForAge(entry, question.request, clock.now());
      if (tooOld !== null) {
        refusal ??= tooOld;
        continue;
      }
      index.used(neighbour.place);
      const { similarity } = neighbour;
      const decision = {
        ...decisionOn('SEMANTIC', entry, clock.now()),
        similarity,
        confidence,
        pair,
      };
      return { hit: true, entry, decision };
    }
    return missOf(finding, refusal);
  };
}

function missOf({ closest }: SemanticFinding, refusal: Refusal | null): CacheLookUp {
  const plain = { ...plainDecision('MISS'), refusal };
  if (closest === null) return { hit: false, decision: plain };
  const { neighbour, confidence } = closest;
  const decision = {
    ...plain,
    similarity: neighbour.similarity,
    confidence,
    matchedPrompt: neighbour.prompt,
    entryId: entryIdOf(neighbour.place),
  };
  return { hit: false, decision };
}
