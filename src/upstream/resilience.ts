import { withProgressDeadlines, withTotalDeadline } from './deadlines.ts';
import type { Upstream } from './port.ts';
import { withRetries } from './retries.ts';

export type ResilienceOptions = {
  /** Of each try, to its first text or reasoning. */
  readonly firstTokenTimeoutMs: number;
  /** Of each try, between two parts. */
  readonly idleTimeoutMs: number;
  /** Of the whole call: all its tries and the waits between them. */
  readonly totalTimeoutMs: number;
  readonly retries: number;
  /** 0 up to 1. */
  readonly random: () => number;
};

/**
 * An upstream that fails in bounded time and gets over short faults. From the inside out: each try has its
 * progress deadlines, a try that failed before its first part is repeated, and the total deadline spans it
 * all. A try that timed out is repeated like any other.
 */
export function resilientUpstream(upstream: Upstream, options: ResilienceOptions): Upstream {
  const attempt = withProgressDeadlines(upstream, {
    firstTokenMs: options.firstTokenTimeoutMs,
    idleMs: options.idleTimeoutMs,
  });
  return withTotalDeadline(withRetries(attempt, options), options.totalTimeoutMs);
}
