import type { Clock } from '../domain/clock.ts';
import type { DependencyHealth } from '../domain/health.ts';
import type { Logger } from '../telemetry/logger.ts';
import { type CacheDecision, plainDecision } from './decision.ts';
import type { CachedAnswer, CacheEntry } from './entry.ts';
import { entryIdOf } from './place.ts';
import type { Cache, CacheLookUp, CacheStatus, KeyedQuestion } from './port.ts';
import type { CacheStore, EntryPlace } from './store.ts';

/** While the store fails, every request meets the same failure: one of them is enough in the log. */
const LOG_PAUSE_MS = 60_000;

export type CacheOptions = {
  readonly store: CacheStore;
  /** The health of what the store leans on; null for a store within the process. */
  readonly storeHealth: (() => DependencyHealth) | null;
  /** Asked for each look-up, and for each answer that could be kept. */
  readonly enabled: () => boolean;
  /** How long an answer lives whose request does not say. */
  readonly ttlSeconds: number;
  readonly clock: Clock;
  readonly logger: Logger;
};

/**
 * The cache of exact matches: a stored answer serves a prompt of the same canonical form in the same
 * partition. With REFRESH nothing is looked up, which is BYPASSED as well: a MISS would say that there was
 * no answer.
 *
 * An entry's id is made of its place, so it is found in one step, and a new answer to the same question
 * takes over the id of the old one: who evicts by an id that was read some time ago evicts whatever
 * answers the question by now.
 */
export function createCache(options: CacheOptions): Cache {
  const { store, storeHealth, enabled, clock, logger } = options;
  const logFailedLookUp = sparingWarning('cache look-up failed', logger, clock);
  const logFailedStore = sparingWarning('answer not kept in the cache', logger, clock);

  async function lookUp(question: KeyedQuestion): Promise<CacheLookUp> {
    const { mode, maxAgeSeconds } = question.request.cache;
    if (!enabled()) return miss(plainDecision('DISABLED'));
    if (mode === 'BYPASS' || mode === 'REFRESH') return miss(plainDecision('BYPASSED'));
    let entry: CacheEntry | null;
    try {
      entry = await store.get(placeOf(question));
    } catch (error) {
      logFailedLookUp(error);
      return miss(plainDecision('UNAVAILABLE'));
    }
    if (entry === null) return miss(plainDecision('MISS'));

    const ageSeconds = Math.max(0, clock.now() - entry.createdAt) / 1_000;
    if (maxAgeSeconds !== null && ageSeconds > maxAgeSeconds) {
      return miss(tooOld(entry, ageSeconds, maxAgeSeconds));
    }
    return { hit: true, entry, decision: match('EXACT', entry, ageSeconds) };
  }

  async function keep(question: KeyedQuestion, answer: CachedAnswer): Promise<void> {
    const { cache, prompt } = question.request;
    if (!enabled() || cache.mode === 'BYPASS' || cache.mode === 'ONLY_IF_CACHED') return;
    const place = placeOf(question);
    const createdAt = clock.now();
    const ttlSeconds = cache.ttlSeconds ?? options.ttlSeconds;
    try {
      await store.put(place, {
        ...answer,
        id: entryIdOf(place),
        namespace: cache.namespace,
        prompt,
        createdAt,
        expiresAt: createdAt + 1_000 * ttlSeconds,
      });
    } catch (error) {
      logFailedStore(error);
    }
  }

  /** Asking the store is itself a trial of it: what its health says is read afterwards. */
  async function status(): Promise<CacheStatus> {
    const described = await store.describe().catch(() => null);
    const health = storeHealth?.() ?? null;
    return {
      ...(described ?? { entries: null, bytes: null, evictions: null }),
      store: store.kind,
      storeHealthy: described !== null,
      dependencies: health === null ? [] : [health],
    };
  }

  return {
    get enabled() {
      return enabled();
    },
    lookUp,
    keep,
    erase: ({ tenant, namespace }) => store.removeNamespace(tenant, namespace),
    status,
  };
}

function placeOf(question: KeyedQuestion): EntryPlace {
  const { tenant, request, key } = question;
  return { tenant, namespace: request.cache.namespace, key };
}

function miss(decision: CacheDecision): CacheLookUp {
  return { hit: false, decision };
}

function match(
  outcome: CacheDecision['outcome'],
  entry: CacheEntry,
  ageSeconds: number,
): CacheDecision {
  return {
    ...plainDecision(outcome),
    matchedPrompt: entry.prompt,
    ageSeconds,
    entryId: entry.id,
  };
}

function tooOld(entry: CacheEntry, ageSeconds: number, maxAgeSeconds: number): CacheDecision {
  const age = Math.round(ageSeconds);
  const detail = `The stored answer is ${age} s old; at most ${maxAgeSeconds} s are allowed.`;
  return { ...match('MISS', entry, ageSeconds), refusal: { kind: 'FRESHNESS', detail } };
}

function sparingWarning(message: string, logger: Logger, clock: Clock): (error: unknown) => void {
  let loggedAt = Number.NEGATIVE_INFINITY;
  return (error) => {
    if (clock.elapsed() - loggedAt < LOG_PAUSE_MS) return;
    loggedAt = clock.elapsed();
    logger.warn({ error }, message);
  };
}
