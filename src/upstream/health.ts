import type { Clock } from '../domain/clock.ts';
import { GatewayError } from '../domain/errors.ts';
import type { DependencyHealth, HealthStatus } from '../domain/health.ts';
import type { Upstream } from './port.ts';

export type WatchedUpstream = {
  /** Behaves as the watched one, and remembers how its calls end. */
  readonly upstream: Upstream;
  /** One for each of `models`, named `upstream:<model>`. */
  health(models: readonly string[]): DependencyHealth[];
  /** False while the model's health is UNAVAILABLE. */
  available(model: string): boolean;
};

/** What is remembered of one model. */
type Outcomes = {
  /** Since the last success. */
  failures: number;
  lastFailure: { readonly at: number; readonly error: GatewayError } | null;
  /** Of the last call that had one; null before. */
  firstPartMs: number | null;
};

const FAILURES_UNTIL_UNAVAILABLE = 3;
const MEMORY_MS = 60_000;

/**
 * Judges an upstream's models by how their calls ended, without calls of its own.
 *
 * A model is OK until something fails. A failure makes it DEGRADED, the third in a row UNAVAILABLE; a
 * success, or 60 seconds without a failure, make it OK again. After those 60 seconds the next failure
 * counts on, so that a model which stays broken is UNAVAILABLE again at once.
 *
 * Only retryable failures count: the others are the request's fault. A call that its caller left counts as
 * nothing. `note`, when given, is said of every model that has nothing worse to report.
 */
export function watchHealth(
  upstream: Upstream,
  clock: Clock,
  note: string | null = null,
): WatchedUpstream {
  const outcomes = new Map<string, Outcomes>();
  const outcomesOf = (model: string): Outcomes => {
    const known = outcomes.get(model);
    if (known !== undefined) return known;
    const none: Outcomes = { failures: 0, lastFailure: null, firstPartMs: null };
    outcomes.set(model, none);
    return none;
  };

  return {
    upstream: {
      name: upstream.name,
      async *stream(call, signal) {
        const beganAt = clock.elapsed();
        const model = outcomesOf(call.model);
        let begun = false;
        try {
          for await (const part of upstream.stream(call, signal)) {
            if (!begun && part.type !== 'failed' && part.type !== 'sent') {
              model.firstPartMs = clock.elapsed() - beganAt;
              begun = true;
            }
            yield part;
          }
          model.failures = 0;
          model.lastFailure = null;
        } catch (error) {
          if (!signal.aborted && error instanceof GatewayError && error.retryable) {
            model.failures += 1;
            model.lastFailure = { at: clock.elapsed(), error };
          }
          throw error;
        }
      },
    },
    health: (models) =>
      models.map((model) => {
        const known = outcomes.get(model);
        const status = statusOf(known, clock);
        return {
          name: `upstream:${model}`,
          status,
          latencyMs: known?.firstPartMs ?? null,
          detail: status === 'OK' ? note : detailOf(known),
        };
      }),
    available: (model) => statusOf(outcomes.get(model), clock) !== 'UNAVAILABLE',
  };
}

function statusOf(outcomes: Outcomes | undefined, clock: Clock): HealthStatus {
  const lastFailure = outcomes?.lastFailure ?? null;
  if (outcomes === undefined || lastFailure === null) return 'OK';
  if (clock.elapsed() - lastFailure.at >= MEMORY_MS) return 'OK';
  return outcomes.failures >= FAILURES_UNTIL_UNAVAILABLE ? 'UNAVAILABLE' : 'DEGRADED';
}

function detailOf(outcomes: Outcomes | undefined): string | null {
  if (outcomes === undefined || outcomes.lastFailure === null) return null;
  const times = outcomes.failures === 1 ? 'The last call' : `The last ${outcomes.failures} calls`;
  return `${times} failed. ${outcomes.lastFailure.error.message}`;
}
