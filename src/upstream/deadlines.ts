import { GatewayError } from '../domain/errors.ts';
import type { Upstream, UpstreamPart } from './port.ts';

/**
 * Fails a call that shows no progress: `firstTokenMs` to its first text or reasoning, then `idleMs` to each
 * part that follows. Time in which the caller keeps a part does not count.
 *
 * Like all deadlines here it aborts the call, so that the connection is closed, and throws a retryable
 * GatewayError UPSTREAM_TIMEOUT.
 */
export function withProgressDeadlines(
  upstream: Upstream,
  deadlines: { readonly firstTokenMs: number; readonly idleMs: number },
): Upstream {
  const { firstTokenMs, idleMs } = deadlines;
  return {
    name: upstream.name,
    async *stream(call, signal) {
      const linked = linkedAbort(signal);
      const expireAfter = (milliseconds: number, what: string) =>
        setTimeout(() => linked.abort(timeout(upstream, what, milliseconds)), milliseconds);

      let timer = expireAfter(firstTokenMs, 'sent no first token within');
      try {
        for await (const part of upstream.stream(call, linked.signal)) {
          clearTimeout(timer);
          yield part;
          timer = expireAfter(idleMs, 'fell silent for');
        }
      } finally {
        clearTimeout(timer);
        linked.unlink();
      }
    },
  };
}

/** Fails a call that is not over after `totalMs`, whatever it spent them on. */
export function withTotalDeadline(upstream: Upstream, totalMs: number): Upstream {
  return {
    name: upstream.name,
    async *stream(call, signal): AsyncGenerator<UpstreamPart, void> {
      const linked = linkedAbort(signal);
      const expire = () => linked.abort(timeout(upstream, 'did not finish within', totalMs));
      const timer = setTimeout(expire, totalMs);
      try {
        yield* upstream.stream(call, linked.signal);
      } finally {
        clearTimeout(timer);
        linked.unlink();
      }
    },
  };
}

/**
 * A signal that follows the caller's and can be aborted for a reason of our own. `AbortSignal.any` would
 * do the same, but its links are taken apart by the garbage collector only.
 */
function linkedAbort(signal: AbortSignal) {
  const controller = new AbortController();
  const follow = () => controller.abort(signal.reason);
  if (signal.aborted) follow();
  else signal.addEventListener('abort', follow, { once: true });
  return {
    signal: controller.signal,
    abort: (reason: GatewayError) => controller.abort(reason),
    unlink: () => signal.removeEventListener('abort', follow),
  };
}

function timeout(upstream: Upstream, what: string, milliseconds: number): GatewayError {
  const message = `The upstream ${upstream.name} ${what} ${milliseconds} ms.`;
  return new GatewayError('UPSTREAM_TIMEOUT', message, { retryable: true });
}
