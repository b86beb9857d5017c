import { type FailureFields, GatewayError } from '../domain/errors.ts';
import type { FinishReason, TokenUsage } from '../domain/usage.ts';
import type { Fallback } from '../router/port.ts';
import type { DataScope } from '../tenancy/data-scope.ts';

/** How a run ended. Plain JSON. */
export type RunEnd = {
  readonly status: 'FINISHED' | 'FAILED' | 'CANCELLED';
  readonly finishReason: FinishReason | null;
  readonly failure: FailureFields | null;
  /** The model as the provider named it, else as it was asked for; null when none answered. */
  readonly model: string | null;
  /** The candidate that answered; null when none did. */
  readonly servedModel: string | null;
  readonly fallbacks: readonly Fallback[];
  /** Summed over all upstream calls of the run. */
  readonly usage: TokenUsage;
  /** Of the last call alone: what the answer took that was served. */
  readonly servedUsage: TokenUsage;
  readonly costUsd: number | null;
  /** Milliseconds since the run began; null when no text arrived. */
  readonly firstTokenMs: number | null;
  /** Milliseconds since the run began. */
  readonly totalMs: number;
  /** Of these, the ones spent waiting for the upstream. */
  readonly upstreamMs: number;
};

/**
 * What happened in one run, in order: `started` (seq 0), then texts, reasonings, resets and cuts, then `ended`.
 * Plain JSON, the same for every generation that shares the run. Offsets are UTF-16 units since the last
 * reset; texts and reasonings each count their own.
 */
export type RunEvent = { readonly seq: number } & RunEventBody;

export type RunEventBody =
  | { readonly type: 'started'; readonly model: string }
  | { readonly type: 'text'; readonly offset: number; readonly text: string }
  | { readonly type: 'reasoning'; readonly offset: number; readonly text: string }
  | RunReset
  | RunCut
  | { readonly type: 'ended'; readonly end: RunEnd };

/** The output so far is void: `model` begins anew. */
export type RunReset = {
  readonly type: 'reset';
  readonly model: string;
  /** All so far. */
  readonly fallbacks: readonly Fallback[];
  /** Why: the model before failed, or the process that asked it was lost. */
  readonly cause: 'fallback' | 'takeOver';
};

/**
 * A take-over leaves out so many numbers of the log. Whoever heard more from the process that was lost than the log
 * has, has heard less than that, so that the reset is news to him as well.
 */
export const TAKE_OVER_GAP = 1_000_000;

/** The seq that an event goes on from: the one after the last event before it. */
export function dueFor(event: RunEvent): number {
  const isTakeOver = event.type === 'reset' && event.cause === 'takeOver';
  return isTakeOver ? event.seq - TAKE_OVER_GAP : event.seq;
}

/** One generation of the run was cancelled while others go on. It ends here, with what was written by then. */
export type RunCut = {
  readonly type: 'cut';
  readonly generationId: string;
  readonly failure: FailureFields;
  /** Milliseconds since the run began. */
  readonly afterMs: number;
  /** Milliseconds from the start of the run to the first text; null before it came. */
  readonly firstTokenMs: number | null;
};

/** Who may append. A higher token takes over from a lower one; the lower one can append no more. */
export type FencingToken = number;

/**
 * The ordered log of every run. The run's owner appends; every listener reads the log, none the upstream.
 * `test/contract/run-log.ts` runs against every adapter.
 *
 * What callers may rely on:
 * - `append` resolves once the events are committed, and a reader never sees one that is not. Events of
 *   one call are committed together. Their `seq` must go on from the last committed one; only the reset of a take-over
 *   leaves some out, TAKE_OVER_GAP of them. `started` is committed with the claim of a run (run-leases.ts); alone it may wait for the next.
 * - `append` rejects with `RunLogFenced` when a higher token has appended or the run has ended, and with
 *   `RunLogFull` when there is no room that could be freed; `cut` and `ended` always find room.
 * - `read` yields what came after `afterSeq`, then goes on live, and returns after `ended` or when `signal`
 *   aborts. It may merge adjacent texts (or reasonings) into one that carries the last seq. A run that is
 *   unknown, or was dropped while it was read, makes it throw `RunUnknown`.
 * - `lastSeq` is the seq of the last committed event; it rejects with `RunUnknown` when there is no log.
 * - A log that lies elsewhere may be out of reach: all three then reject with `RunLost`, after a while.
 * - After `giveAway` others write the run: it is read as they go on with it.
 * - A reader that is slow, or never reads, holds back nobody and costs no memory beside the log.
 * - An ended log is kept for the configured time. When the bound on bytes is reached the log that ended
 *   first is dropped first; a running log is never dropped.
 * - `forget` drops what this process holds of runs, those that go on too: who reads one hears RunUnknown. `erase` does
 *   that where other processes find them, for all of a scope that had begun when it was called. It waits a while for
 *   those to end that have been cancelled, and ends the others. It rejects when that cannot be done, and may be called
 *   again.
 */
export type RunLog = AsyncDisposable & {
  append(runId: string, fencing: FencingToken, events: readonly RunEvent[]): Promise<void>;
  read(runId: string, afterSeq: number, signal: AbortSignal): AsyncIterable<RunEvent>;
  lastSeq(runId: string): Promise<number>;
  giveAway(runId: string): void;
  /** The runs of a scope of which this process holds something. */
  held(scope: DataScope): readonly string[];
  forget(runIds: readonly string[]): void;
  erase(scope: DataScope): Promise<void>;
  describe(): RunLogStatus;
};

export type RunLogStatus = {
  readonly running: number;
  readonly ended: number;
  readonly bytes: number;
  readonly readers: number;
};

/** There is no such log, or none any more. */
export class RunUnknown extends GatewayError {
  constructor() {
    super('NOT_FOUND', 'The gateway does not keep the text of this generation any more.');
  }
}

/** The log is somewhere else, and cannot be reached for longer than it may be waited for. */
export class RunLost extends GatewayError {
  constructor() {
    super(
      'UPSTREAM_UNAVAILABLE',
      'The gateway lost touch with the server that answers; ask again.',
      {
        retryable: true,
      },
    );
  }
}

/** The log belongs to another owner by now, or has ended. Whoever asked a model for it stops; no client is told. */
export class RunLogFenced extends GatewayError {
  constructor() {
    super('CANCELLED', 'Another process goes on with this run, or it has ended.');
  }
}

/** More runs are under way than GENERATION_LOG_BYTES has room for; it passes as they end. */
export class RunLogFull extends GatewayError {
  constructor() {
    super('RATE_LIMITED', 'The gateway has as many answers at work as it may; ask again.', {
      retryable: true,
    });
  }
}
