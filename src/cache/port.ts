import type { DependencyHealth } from '../domain/health.ts';
import type { GenerationRequest } from '../domain/request.ts';
import type { ModelPolicy } from '../router/port.ts';
import type { DataScope } from '../tenancy/data-scope.ts';
import type { CacheDecision } from './decision.ts';
import type { CachedAnswer, CacheEntry } from './entry.ts';
import type { CacheStoreKind, CacheStoreStatus } from './store.ts';

/** Everything that decides which stored answers may serve a request. */
export type CacheQuestion = {
  readonly tenant: string;
  readonly request: GenerationRequest;
  readonly policy: ModelPolicy;
  /** Hash of the glossary that shaped the prompt; null without one. */
  readonly glossaryVersion: string | null;
};

/** A question with its exact key, made once: looking up, joining and keeping all go by it. */
export type KeyedQuestion = CacheQuestion & { readonly key: string };

export type CacheLookUp =
  | { readonly hit: true; readonly decision: CacheDecision; readonly entry: CacheEntry }
  | { readonly hit: false; readonly decision: CacheDecision };

/**
 * The response cache.
 *
 * What callers may rely on:
 * - `lookUp` changes nothing but what is remembered of use, never throws, and answers within the store's deadline whatever the store
 *   does; a store that fails costs a request its hit, never its answer.
 * - `keep` never throws. The caller passes only whole answers (finish STOP);
 *   whether this request's answers are stored at all (mode, switch) is decided here. After it resolved, an
 *   equal request hits, if the store is well.
 * - `erase`, `evict` and `reportWrongHit` hold for all processes within a second.
 * - `erase` resolves to the number of entries removed from a scope, from all stores that are shared. It takes as long as
 *   that takes, and rejects when the store does not answer; then it may be called again.
 */
export type Cache = {
  /** As it stands now: an operator may switch the cache while it runs. */
  readonly enabled: boolean;
  lookUp(question: KeyedQuestion): Promise<CacheLookUp>;
  /** Resolves to whether it was stored. */
  keep(question: KeyedQuestion, answer: CachedAnswer): Promise<boolean>;
  erase(scope: DataScope): Promise<number>;
  /** Removes the entries of a scope as `erase` does, and keeps what was reported of pairs of prompts. */
  clear(scope: DataScope): Promise<number>;
  /** Removes one entry, as `erase` does a scope: 1, or 0 when there is none with this id. */
  evict(tenant: string, entryId: string): Promise<number>;
  /**
   * The stored answer was wrong for the prompt that it was served for: evicts it, and never again serves the answer to
   * the one of the two prompts for the other, in any process, whatever is stored for them. Resolves as `evict`.
   */
  reportWrongHit(hit: WrongHit): Promise<number>;
  status(): Promise<CacheStatus>;
};

/** What a decision said of a hit. `pair` is null when the prompts were the same. */
export type WrongHit = {
  readonly tenant: string;
  readonly namespace: string;
  readonly entryId: string;
  readonly pair: string | null;
};

export type CacheStatus = CacheStoreStatus & {
  readonly store: CacheStoreKind;
  readonly storeHealthy: boolean;
  /** Empty for a store within the process. */
  readonly dependencies: readonly DependencyHealth[];
  /** Null: like prompts are not looked for at all, as without an encoder. */
  readonly semantic: SemanticStatus | null;
};

export type SemanticStatus = {
  /** As it stands now: an operator may switch it while it runs. */
  readonly enabled: boolean;
  /** Null: there is no model that was measured. */
  readonly evidence: CacheEvidence | null;
  /** What this process remembers of the prompts of entries. */
  readonly indexedEntries: number;
  readonly indexBytes: number;
};

/** Why the error rate is thought to hold: what was measured on pairs of prompts that the model never saw. */
export type CacheEvidence = {
  /** Largest tolerated share of wrong answers among semantic hits, 0..1, as configured. */
  readonly maxErrorRate: number;
  /** Least confidence that is served, 0..1; null when none keeps to the rate: then no like prompt hits. */
  readonly threshold: number | null;
  /** Among the matches that were held out, those that the threshold lets through. */
  readonly hits: number;
  /** Hits whose stored answer was wrong for the prompt. */
  readonly wrongHits: number;
  /** Bound on wrongHits / hits from above, 0..1, that holds with `confidenceLevel`. */
  readonly upperBound: number;
  readonly confidenceLevel: number;
  /** How many matches were held out. */
  readonly matches: number;
  /** In words: of which questions the matches are made. The bound holds for such questions. */
  readonly mix: string;
  /** Of the model. */
  readonly version: string;
};
