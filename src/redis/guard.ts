import {
  BrokenCircuitError,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleAll,
} from 'cockatiel';
import type { Clock } from '../domain/clock.ts';
import type { DependencyHealth, HealthStatus } from '../domain/health.ts';
import { createPatience } from './patience.ts';

const FAILURES_TO_OPEN = 5;
const OPEN_MS = 2_000;

export type Guard = {
  /** Calls, unless there were too many failures of late. Rejects at the deadline at the latest. */
  run<Result>(call: () => Promise<Result>): Promise<Result>;
  /** Calls in any case, for what cannot be tried again. Rejects at the deadline at the latest. */
  insist<Result>(call: () => Promise<Result>): Promise<Result>;
  health(): DependencyHealth;
};

/**
 * Keeps a dependency that fails or hangs from holding anybody up. A call is late when nothing at all was answered for
 * `timeoutMs`: one that waits its turn behind a thousand others, which are answered one by one, is not. After five
 * failures in a row, late answers among them, it rejects at once for two seconds; then one call tries whether the
 * dependency is back, while all others still reject at once. A dependency that hangs thus costs few calls the deadline
 * and the others nothing. A call that came to its deadline goes on behind it: what it does may still happen.
 *
 * @param options.whenAway what comes of it, for an operator: "the cache is passed by"
 */
export function createGuard(options: {
  name: string;
  timeoutMs: number;
  clock: Clock;
  whenAway: string;
}): Guard {
  const { name, timeoutMs, clock, whenAway } = options;
  const breaker = circuitBreaker(handleAll, {
    halfOpenAfter: OPEN_MS,
    breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN),
  });
  const details: Readonly<Record<HealthStatus, string | null>> = {
    OK: null,
    DEGRADED: 'It failed or was late the last time.',
    UNAVAILABLE: `It does not answer: ${whenAway}.`,
  };
  const patience = createPatience(timeoutMs);
  let last: { failed: boolean; latencyMs: number } | null = null;

  async function inTime<Result>(call: () => Promise<Result>): Promise<Result> {
    const askedAt = clock.elapsed();
    let failed = true;
    try {
      const result = await patience.wait(call());
      failed = false;
      return result;
    } finally {
      last = { failed, latencyMs: clock.elapsed() - askedAt };
    }
  }

  function status(): HealthStatus {
    if (breaker.state !== CircuitState.Closed) return 'UNAVAILABLE';
    return last?.failed ? 'DEGRADED' : 'OK';
  }

  return {
    async run(call) {
      // The breaker itself would let these calls wait for the end of the trial.
      if (breaker.state === CircuitState.HalfOpen) throw new BrokenCircuitError();
      return await breaker.execute(() => inTime(call));
    },
    insist: inTime,
    health: () => ({
      name,
      status: status(),
      latencyMs: last?.latencyMs ?? null,
      detail: details[status()],
    }),
  };
}
