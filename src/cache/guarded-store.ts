import {
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleAll,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';
import type { Clock } from '../domain/clock.ts';
import type { DependencyHealth } from '../domain/health.ts';
import type { CacheStore } from './store.ts';

const FAILURES_TO_OPEN = 5;
const OPEN_MS = 2_000;
/** Walking through a namespace, or asking for figures, may take longer than a look-up. */
const SLOW_FACTOR = 20;

export type GuardedCacheStore = CacheStore & { health(): DependencyHealth };

/**
 * A store whose `get`, `put` and `remove` end within `timeoutMs`, whatever the store does. After five
 * failures in a row, late answers among them, they reject at once for two seconds, then one call tries
 * whether the store is back. A store that hangs thus costs few requests the deadline and the others nothing.
 */
export function guardStore(
  store: CacheStore,
  options: { name: string; timeoutMs: number; clock: Clock },
): GuardedCacheStore {
  const { name, timeoutMs, clock } = options;
  const breaker = circuitBreaker(handleAll, {
    halfOpenAfter: OPEN_MS,
    breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN),
  });
  const quick = wrap(breaker, timeout(timeoutMs, TimeoutStrategy.Aggressive));
  const slow = timeout(timeoutMs * SLOW_FACTOR, TimeoutStrategy.Aggressive);
  let last: { latencyMs: number; failure: Error | null } | null = null;

  function guard<Result>(call: () => Promise<Result>): Promise<Result> {
    return quick.execute(async () => {
      const askedAt = clock.elapsed();
      try {
        const result = await call();
        last = { latencyMs: clock.elapsed() - askedAt, failure: null };
        return result;
      } catch (error) {
        last = { latencyMs: clock.elapsed() - askedAt, failure: error as Error };
        throw error;
      }
    });
  }

  return {
    kind: store.kind,
    get: (place) => guard(() => store.get(place)),
    put: (place, entry) => guard(() => store.put(place, entry)),
    remove: (place) => guard(() => store.remove(place)),
    removeNamespace: (tenant, namespace) =>
      slow.execute(() => store.removeNamespace(tenant, namespace)),
    describe: () => slow.execute(() => store.describe()),
    health() {
      const open = breaker.state !== CircuitState.Closed;
      return {
        name,
        status: open ? 'UNAVAILABLE' : last?.failure ? 'DEGRADED' : 'OK',
        latencyMs: last?.latencyMs ?? null,
        detail: open ? 'Does not answer: the cache is passed by.' : null,
      };
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
