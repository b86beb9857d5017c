import type { Clock } from '../domain/clock.ts';
import type { DependencyHealth } from '../domain/health.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { DataScope } from '../tenancy/data-scope.ts';
import type { CacheChange, CacheChanges } from './changes.ts';
import { type CacheDecision, plainDecision } from './decision.ts';
import type { CachedAnswer, CacheEntry } from './entry.ts';
import { entryIdOf, placeOfId } from './place.ts';
import type { Cache, CacheLookUp, CacheStatus, KeyedQuestion, WrongHit } from './port.ts';
import type { Vetoes } from './semantic/vetoes.ts';
import { createSemanticLookUp, type SemanticPart } from './semantic-look-up.ts';
import type { CacheStore, EntryPlace } from './store.ts';
import { decisionOn, placeOf, refusedForAge } from './stored-match.ts';

/** While the store fails, every request meets the same failure: one of them is enough in the log. */
const LOG_PAUSE_MS = 60_000;

export type CacheOptions = {
  readonly store: CacheStore;
  /** The health of what the store leans on; null for a store within the process. */
  readonly storeHealth: (() => DependencyHealth) | null;
  /** What finds the answers to like prompts; null: equal prompts alone are answered. */
  readonly semantic: SemanticPart | null;
  /** Reports are taken also by a process that answers equal prompts alone. */
  readonly vetoes: Vetoes;
  /** Others may find like prompts where this process does not: they are told of what goes in any case. */
  readonly changes: CacheChanges;
  /** Asked for each look-up, and for each answer that could be kept. */
  readonly enabled: () => boolean;
  /** How long an answer lives whose request does not say. */
  readonly ttlSeconds: number;
  readonly clock: Clock;
  readonly logger: Logger;
};

/**
 * A stored answer serves a prompt of the same canonical form in the same partition, which is EXACT, and one that asks
 * the same in other words, which is SEMANTIC. With REFRESH nothing is looked up, which is BYPASSED as well: a MISS would
 * say that there was no answer.
 *
 * An entry's id is made of its place, so it is found in one step, and a new answer to the same question
 * takes over the id of the old one: who evicts by an id that was read some time ago evicts whatever
 * answers the question by now.
 */
export function createCache(options: CacheOptions): Cache {
  const { store, storeHealth, semantic, vetoes, changes, enabled, clock, logger } = options;
  const logFailedLookUp = sparingWarning('cache look-up failed', logger, clock);
  const logFailedStore = sparingWarning('answer not kept in the cache', logger, clock);
  const logUntraced = sparingWarning('answer kept for equal prompts alone', logger, clock);
  const logUnheard = sparingWarning('other processes not told of a change', logger, clock);
  const lookUpLike = semantic === null ? null : createSemanticLookUp({ store, semantic, clock });

  async function lookUp(question: KeyedQuestion): Promise<CacheLookUp> {
    const { mode } = question.request.cache;
    if (!enabled()) return miss(plainDecision('DISABLED'));
    if (mode === 'BYPASS' || mode === 'REFRESH') return miss(plainDecision('BYPASSED'));
    try {
      const entry = await store.get(placeOf(question));
      return entry === null ? await lookUpInOtherWords(question) : serve(question, entry);
    } catch (error) {
      logFailedLookUp(error);
      return miss(plainDecision('UNAVAILABLE'));
    }
  }

  function serve({ request }: KeyedQuestion, entry: CacheEntry): CacheLookUp {
    const now = clock.now();
    const tooOld = refusedForAge(entry, request, now);
    if (tooOld !== null) return miss({ ...decisionOn('MISS', entry, now), refusal: tooOld });
    return { hit: true, entry, decision: decisionOn('EXACT', entry, now) };
  }

  async function lookUpInOtherWords(question: KeyedQuestion): Promise<CacheLookUp> {
    const wanted = question.request.cache.semantic && semantic?.enabled() === true;
    if (lookUpLike === null || !wanted) return miss(plainDecision('MISS'));
    return lookUpLike(question);
  }

  async function keep(question: KeyedQuestion, answer: CachedAnswer): Promise<boolean> {
    const { cache, prompt } = question.request;
    if (!enabled() || cache.mode === 'BYPASS' || cache.mode === 'ONLY_IF_CACHED') return false;
    const place = placeOf(question);
    const createdAt = clock.now();
    const ttlSeconds = cache.ttlSeconds ?? options.ttlSeconds;
    const trace = await traceOf(question, answer);
    const entry: CacheEntry = {
      ...answer,
      id: entryIdOf(place),
      namespace: cache.namespace,
      prompt,
      createdAt,
      expiresAt: createdAt + 1_000 * ttlSeconds,
      trace,
    };
    try {
      await store.put(place, entry);
    } catch (error) {
      logFailedStore(error);
      return false;
    }
    remember(place, entry);
    return true;
  }

  /** An answer is worth keeping for equal prompts whatever becomes of like ones. */
  async function traceOf(question: KeyedQuestion, answer: CachedAnswer) {
    try {
      return (await semantic?.cache.traceOf(question, answer)) ?? null;
    } catch (error) {
      logUntraced(error);
      return null;
    }
  }

  function remember(place: EntryPlace, entry: CacheEntry) {
    try {
      const indexed = semantic?.cache.indexedOf(place, entry) ?? null;
      if (indexed === null) return;
      semantic?.index.add(indexed);
      void tell({ type: 'kept', place });
    } catch (error) {
      logUntraced(error);
    }
  }

  async function clear(scope: DataScope): Promise<number> {
    const removed = await removeHere(scope);
    await tell({ type: 'erased', ...scope });
    return removed;
  }

  /** Prompts are to be gone from all processes: that one of them was not told is a failure here. */
  async function erase(scope: DataScope): Promise<number> {
    const removed = await removeHere(scope);
    await changes.announce({ type: 'erased', ...scope });
    await vetoes.erase(scope);
    return removed;
  }

  async function removeHere({ tenant, namespace }: DataScope): Promise<number> {
    const removed = await store.removeNamespace(tenant, namespace);
    semantic?.index.removeNamespace(tenant, namespace);
    return removed;
  }

  async function evict(tenant: string, entryId: string): Promise<number> {
    const place = placeOfId(tenant, entryId);
    if (place === null) return 0;
    const removed = await store.remove(place);
    semantic?.index.remove(place);
    await tell({ type: 'removed', place });
    return removed;
  }

  async function reportWrongHit({ tenant, namespace, entryId, pair }: WrongHit): Promise<number> {
    const vetoed = pair === null ? null : vetoes.add({ tenant, namespace, pair });
    // The answer goes also when the report cannot be kept, which the caller hears of afterwards.
    const [removed] = await Promise.all([evict(tenant, entryId), vetoed]);
    return removed;
  }

  /** Who does not hear of it finds nothing in the store: the answer is gone for all, whatever their indexes hold. */
  async function tell(change: CacheChange): Promise<void> {
    await changes.announce(change).catch(logUnheard);
  }

  /** Asking the store is itself a trial of it: what its health says is read afterwards. */
  async function status(): Promise<CacheStatus> {
    const described = await store.describe().catch(() => null);
    const health = storeHealth?.() ?? null;
    return {
      ...(described ?? { entries: null, bytes: null, evictions: null }),
      store: store.kind,
      storeHealthy: described !== null,
      dependencies: [...(health === null ? [] : [health]), ...(semantic?.cache.health() ?? [])],
      semantic: semantic?.status() ?? null,
    };
  }

  return {
    get enabled() {
      return enabled();
    },
    lookUp,
    keep,
    erase,
    clear,
    evict,
    reportWrongHit,
    status,
  };
}

function miss(decision: CacheDecision): CacheLookUp {
  return { hit: false, decision };
}

function sparingWarning(message: string, logger: Logger, clock: Clock): (error: unknown) => void {
  let loggedAt = Number.NEGATIVE_INFINITY;
  return (error) => {
    if (clock.elapsed() - loggedAt < LOG_PAUSE_MS) return;
    loggedAt = clock.elapsed();
    logger.warn({ error }, message);
  };
}
