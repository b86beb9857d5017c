import type { GenerationRequest } from '../domain/request.ts';
import { type CacheDecision, type CacheOutcome, plainDecision } from './decision.ts';
import type { CacheEntry } from './entry.ts';
import type { KeyedQuestion } from './port.ts';
import type { Refusal } from './semantic/refusal.ts';
import type { EntryPlace } from './store.ts';

/** Where the answer to a question is kept. */
export function placeOf({ tenant, request, key }: KeyedQuestion): EntryPlace {
  return { tenant, namespace: request.cache.namespace, key };
}

/** @param now milliseconds since the Unix epoch */
export function decisionOn(outcome: CacheOutcome, entry: CacheEntry, now: number): CacheDecision {
  return {
    ...plainDecision(outcome),
    matchedPrompt: entry.prompt,
    ageSeconds: ageSeconds(entry, now),
    entryId: entry.id,
  };
}

/** Why an entry is too old for a request; null when it is not. */
export function refusedForAge(
  entry: CacheEntry,
  { cache: { maxAgeSeconds } }: GenerationRequest,
  now: number,
): Refusal | null {
  const age = ageSeconds(entry, now);
  if (maxAgeSeconds === null || age <= maxAgeSeconds) return null;
  const detail = `The stored answer is ${Math.round(age)} s old; at most ${maxAgeSeconds} s are allowed.`;
  return { kind: 'FRESHNESS', detail };
}

function ageSeconds({ createdAt }: CacheEntry, now: number): number {
  return Math.max(0, now - createdAt) / 1_000;
}
