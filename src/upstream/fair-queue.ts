import { GatewayError } from '../domain/errors.ts';
import { createFairLine } from './fair-line.ts';
import type { Upstream, UpstreamPart } from './port.ts';

export type FairQueueOptions = {
  /** Calls under way, of all models together. */
  readonly maxConcurrent: number;
  /** Calls that may wait, of all tenants together. */
  readonly maxQueued: number;
  /** How long a call may wait. */
  readonly timeoutMs: number;
};

/** Turns come as calls end, which in a crowd they do all the time. */
const RETRY_AFTER_MS = 1_000;

/**
 * Keeps an upstream from being asked more than it may be at once. A call for which there is no room waits for its
 * turn, and says so by the parts `queued` and `sent`. Turns go to the tenants that wait one after another, and within
 * a tenant by who came first: however many calls of one tenant wait, one of them at most goes before the next call of
 * another.
 *
 * When more than `maxQueued` would wait, the newest call of the tenant with the longest line gives way. Such a call,
 * and one that waited for `timeoutMs`, fails with RATE_LIMITED: retryable, and nothing was sent for it.
 *
 * A call has its place from its first part to its end, and leaves the line as soon as it is aborted. What it does
 * with its place, to wait before it tries again included, is not looked into.
 */
export function fairQueue(upstream: Upstream, options: FairQueueOptions): Upstream {
  const { maxConcurrent, maxQueued, timeoutMs } = options;
  const line = createFairLine<Turn>();
  let underWay = 0;

  /** Null when there is room. */
  function queue(tenant: string, signal: AbortSignal): Turn | null {
    if (underWay < maxConcurrent) {
      underWay += 1;
      return null;
    }
    const turn = createTurn({ signal, timeoutMs, onLeft: () => line.leave(tenant, turn) });
    line.join(tenant, turn);
    if (line.size() > maxQueued) line.takeLast(tenant)?.refuse(busy('too many calls wait already'));
    return turn;
  }

  /** A place goes from hand to hand: nobody who comes just now finds it free while others wait. */
  function free() {
    const next = line.takeFirst();
    if (next === null) underWay -= 1;
    else next.grant();
  }

  return {
    name: upstream.name,
    async *stream(call, signal): AsyncGenerator<UpstreamPart, void> {
      signal.throwIfAborted();
      const turn = queue(call.tenant, signal);
      try {
        if (turn !== null) {
          yield { type: 'queued' };
          await turn.come;
          signal.throwIfAborted();
          yield { type: 'sent' };
        }
        yield* upstream.stream(call, signal);
      } finally {
        if (turn === null || turn.leave()) free();
      }
    },
  };
}

/** A call's turn, which will come or will not. */
type Turn = {
  /** Resolves when it has come; rejects with why it will not. */
  readonly come: Promise<void>;
  grant(): void;
  refuse(reason: unknown): void;
  /** Whether it had come; if not, it will not. */
  leave(): boolean;
};

/** @param options.onLeft the turn will not come: `signal` aborted, or the time is over, or the caller left */
function createTurn(options: { signal: AbortSignal; timeoutMs: number; onLeft: () => void }): Turn {
  const { signal, timeoutMs, onLeft } = options;
  const { promise: come, resolve, reject } = Promise.withResolvers<void>();
  let state: 'waiting' | 'granted' | 'refused' = 'waiting';
  const timer = setTimeout(() => refuse(busy(`no turn came within ${timeoutMs} ms`)), timeoutMs);
  const abort = () => refuse(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  // Nobody may wait for it at the moment: its caller has a part to read first.
  come.catch(() => {});

  function decide(outcome: 'granted' | 'refused') {
    state = outcome;
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }

  function refuse(reason: unknown) {
    if (state !== 'waiting') return;
    decide('refused');
    onLeft();
    reject(reason);
  }

  return {
    come,
    grant() {
      decide('granted');
      resolve();
    },
    refuse,
    leave() {
      refuse(null);
      return state === 'granted';
    },
  };
}

/** Of a gateway that has no room, to a caller who may find some later. */
function busy(why: string): GatewayError {
  return new GatewayError('RATE_LIMITED', `The gateway is busy: ${why}.`, {
    retryable: true,
    retryAfterMs: RETRY_AFTER_MS,
  });
}
