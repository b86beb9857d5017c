import {
  BrokenCircuitError,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleAll,
  TimeoutStrategy,
  timeout,
} from 'cockatiel';
import type { Clock } from '../domain/clock.ts';
import type { DependencyHealth, HealthStatus } from '../domain/health.ts';
import type { CacheStore } from './store.ts';

const FAILURES_TO_OPEN = 5;
const OPEN_MS = 2_000;

export type GuardedCacheStore = CacheStore & { health(): DependencyHealth };

/**
 * A store that answers or rejects within `timeoutMs`, whatever the store behind it does. After five
 * failures in a row, late answers among them, it rejects at once for two seconds; then one call tries
 * whether the store is back, while all others still reject at once. A store that hangs thus costs few
 * requests the deadline and the others nothing.
 *
 * `removeNamespace` alone is passed through: it takes many steps, each with the deadline of the store's client.
 */
export function guardStore(
  store: CacheStore,
  options: { name: string; timeoutMs: number; clock: Clock },
): GuardedCacheStore {
  const { name, timeoutMs, clock } = options;
  const deadline = timeout(timeoutMs, TimeoutStrategy.Aggressive);
  const breaker = circuitBreaker(handleAll, {
    halfOpenAfter: OPEN_MS,
    breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN),
  });
  let last: { failed: boolean; latencyMs: number } | null = null;

  async function guard<Result>(call: () => Promise<Result>): Promise<Result> {
    // The breaker itself would let these calls wait for the end of the trial.
    if (breaker.state === CircuitState.HalfOpen) throw new BrokenCircuitError();
    return await breaker.execute(() => measure(call));
  }

  async function measure<Result>(call: () => Promise<Result>): Promise<Result> {
    const askedAt = clock.elapsed();
    let failed = true;
    try {
      const result = await call();
      failed = false;
      return result;
    } finally {
      last = { failed, latencyMs: clock.elapsed() - askedAt };
    }
  }

  function inTime<Result>(call: () => Promise<Result>): Promise<Result> {
    return guard(() => deadline.execute(call));
  }

  function status(): HealthStatus {
    if (breaker.state !== CircuitState.Closed) return 'UNAVAILABLE';
    return last?.failed ? 'DEGRADED' : 'OK';
  }

  return {
    kind: store.kind,
    get: (place) => inTime(() => store.get(place)),
    put: (place, entry) => inTime(() => store.put(place, entry)),
    remove: (place) => inTime(() => store.remove(place)),
    removeNamespace: (...names) => store.removeNamespace(...names),
    describe: () => inTime(() => store.describe()),
    health: () => ({
      name,
      status: status(),
      latencyMs: last?.latencyMs ?? null,
      detail: DETAILS[status()],
    }),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

const DETAILS: Readonly<Record<HealthStatus, string | null>> = {
  OK: null,
  DEGRADED: 'It failed or was late the last time.',
  UNAVAILABLE: 'It does not answer: the cache is passed by.',
};
