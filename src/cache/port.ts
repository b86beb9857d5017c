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
 * - `lookUp` has no side effect, never throws, and answers within the store's deadline whatever the store
 *   does; a store that fails costs a request its hit, never its answer.
 * - `keep` never throws. The caller passes only whole answers (finish STOP);
 *   whether this request's answers are stored at all (mode, switch) is decided here. After it resolved, an
 *   equal request hits, if the store is well.
 * - `erase` resolves to the number of entries removed from a scope, from all stores that are shared. It takes as long as
 *   that takes, and rejects when the store does not answer; then it may be called again.
 */
export type Cache = {
  /** As it stands now: an operator may switch the cache while it runs. */
  readonly enabled: boolean;
  lookUp(question: KeyedQuestion): Promise<CacheLookUp>;
  keep(question: KeyedQuestion, answer: CachedAnswer): Promise<void>;
  erase(scope: DataScope): Promise<number>;
  status(): Promise<CacheStatus>;
};

export type CacheStatus = CacheStoreStatus & {
  readonly store: CacheStoreKind;
  readonly storeHealthy: boolean;
  /** Empty for a store within the process. */
  readonly dependencies: readonly DependencyHealth[];
};
