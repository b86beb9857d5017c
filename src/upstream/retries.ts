import { GatewayError } from '../domain/errors.ts';
import type { Upstream, UpstreamPart } from './port.ts';
import { wait } from './wait.ts';

export type RetryOptions = {
  /** How often a call is sent again after it failed; 0 is never. */
  readonly retries: number;
  /** 0 up to 1. */
  readonly random: () => number;
};

const FIRST_BACKOFF_MS = 250;
const LONGEST_BACKOFF_MS = 8_000;
/** An upstream that asks for more patience than this is better left alone. */
const LONGEST_RETRY_AFTER_MS = 10_000;

/**
 * Sends a call again that failed in a retryable way before its first part; afterwards the caller has
 * heard something that a second try would not repeat. Between tries it waits as long as the upstream asked
 * for (Retry-After), and a random share of a span that doubles each time ("full jitter", so that callers
 * that failed together do not come back together). The caller is told of each try that failed, for its accounts.
 *
 * The error of the last try is thrown. When the upstream asks for more than 10 seconds it is thrown at once,
 * with its `retryAfterMs`, for the caller to decide. Aborting interrupts the wait.
 *
 * Own code where a library might be expected: cockatiel's retry sits out its delay when it is aborted, and
 * draws its jitter from Math.random alone.
 *
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function withRetries(upstream: Upstream, options: RetryOptions): Upstream {
  return {
    name: upstream.name,
    async *stream(call, signal): AsyncGenerator<UpstreamPart, void> {
      for (let attempt = 0; ; attempt++) {
        let begun = false;
        try {
          for await (const part of upstream.stream(call, signal)) {
            begun = true;
            yield part;
          }
          return;
        } catch (error) {
          const last = begun || signal.aborted || attempt >= options.retries;
          if (last || !isWorthRetrying(error)) throw error;
          yield { type: 'failed', failure: error.code };
          const backoff = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** attempt);
          await wait((error.retryAfterMs ?? 0) + options.random() * backoff, signal);
          yield { type: 'sent' };
        }
      }
    },
  };
}

function isWorthRetrying(error: unknown): error is GatewayError {
  if (!(error instanceof GatewayError) || !error.retryable) return false;
  return (error.retryAfterMs ?? 0) <= LONGEST_RETRY_AFTER_MS;
}
