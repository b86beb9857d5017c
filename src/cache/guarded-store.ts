import type { Clock } from '../domain/clock.ts';
import type { DependencyHealth } from '../domain/health.ts';
import { createGuard } from '../redis/guard.ts';
import type { CacheStore } from './store.ts';

export type GuardedCacheStore = CacheStore & { health(): DependencyHealth };

/**
 * A store that answers or rejects within `timeoutMs`, whatever the store behind it does: a guard stands
 * before it.
 *
 * `removeNamespace` and `entries` are passed through: they take many steps, each with the deadline of the store's client.
 */
export function guardStore(
  store: CacheStore,
  options: { name: string; timeoutMs: number; clock: Clock },
): GuardedCacheStore {
  const { run, health } = createGuard({ ...options, whenAway: 'the cache is passed by' });
  return {
    kind: store.kind,
    get: (place) => run(() => store.get(place)),
    put: (place, entry) => run(() => store.put(place, entry)),
    remove: (place) => run(() => store.remove(place)),
    removeNamespace: (...names) => store.removeNamespace(...names),
    entries: () => store.entries(),
    describe: () => run(() => store.describe()),
    health,
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
