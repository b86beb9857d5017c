import type { Clock } from '../domain/clock.ts';
import type { DependencyHealth } from '../domain/health.ts';
import type { Logger } from '../telemetry/logger.ts';
import { type CacheDecision, plainDecision } from './decision.ts';
import type { CacheEntry } from './entry.ts';
import { exactKeyOf } from './exact-key.ts';
import type { Cache, CacheLookUp, CacheQuestion, CacheStatus } from './port.ts';
import type { CacheStore, EntryPlace } from './store.ts';

export type CacheOptions = {
  readonly store: CacheStore;
  /** The health of what the store leans on; null for a store within the process. */
  readonly storeHealth: (() => DependencyHealth) | null;
  readonly enabled: boolean;
  /** How long an answer lives whose request does not say. */
  readonly ttlSeconds: number;
  readonly clock: Clock;
  readonly logger: Logger;
};

/**
 * The cache of exact matches: a stored answer serves a prompt of the same canonical form in the same
 * partition. An entry's id is its key, so that a new answer to the same question takes over the id of the
 * old one.
 */
export function createCache(options: CacheOptions): Cache {
  const { store, storeHealth, enabled, clock, logger } = options;

  async function lookUp(question: CacheQuestion): Promise<CacheLookUp> {
    const { mode, maxAgeSeconds } = question.request.cache;
    if (!enabled) return miss(plainDecision('DISABLED'));
    if (mode === 'BYPASS' || mode === 'REFRESH') return miss(plainDecision('BYPASSED'));
    let entry: CacheEntry | null;
    try {
      entry = await store.get(placeOf(question));
    } catch (error) {
      logger.debug({ error }, 'cache look-up failed');
      return miss(plainDecision('UNAVAILABLE'));
    }
    if (entry === null) return miss(plainDecision('MISS'));

    const ageSeconds = Math.max(0, clock.now() - entry.createdAt) / 1_000;
    if (maxAgeSeconds !== null && ageSeconds > maxAgeSeconds) {
      return miss(tooOld(entry, ageSeconds, maxAgeSeconds));
    }
    return { hit: true, entry, decision: match('EXACT', entry, ageSeconds) };
  }

  async function keep(...[question, answer]: Parameters<Cache['keep']>): Promise<void> {
    const { cache, prompt } = question.request;
    if (!enabled || cache.mode === 'BYPASS' || cache.mode === 'ONLY_IF_CACHED') return;
    const place = placeOf(question);
    const createdAt = clock.now();
    const ttlSeconds = cache.ttlSeconds ?? options.ttlSeconds;
    try {
      await store.put(place, {
        ...answer,
        id: place.key,
        namespace: cache.namespace,
        prompt,
        createdAt,
        expiresAt: createdAt + 1_000 * ttlSeconds,
      });
    } catch (error) {
      logger.debug({ error }, 'answer not kept');
    }
  }

  async function status(): Promise<CacheStatus> {
    const health = storeHealth?.() ?? null;
    const dependencies = health === null ? [] : [health];
    const storeHealthy = health === null || health.status === 'OK';
    try {
      return { ...(await store.describe()), store: store.kind, storeHealthy, dependencies };
    } catch {
      const unknown = { entries: null, bytes: null, evictions: 0 };
      return { ...unknown, store: store.kind, storeHealthy: false, dependencies };
    }
  }

  return { enabled, lookUp, keep, status };
}

function placeOf(question: CacheQuestion): EntryPlace {
  const { tenant, request } = question;
  return { tenant, namespace: request.cache.namespace, key: exactKeyOf(question) };
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
