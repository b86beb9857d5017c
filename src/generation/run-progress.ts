import type { FailureCode } from '../domain/errors.ts';
import type { Fallback } from '../router/port.ts';
import type { RunCut, RunEnd, RunEvent, RunLog, RunReset } from './run-log.ts';

/** How far a run came, as its log tells. */
export type RunProgress = {
  /** Of the last event that is counted in. */
  readonly seq: number;
  /** What each model that was asked has written, the one that is asked now last. */
  readonly calls: readonly [...WrittenCall[], WrittenCall];
  /** The last that was counted in; null for none. */
  readonly cut: RunCut | null;
  /** Null while the run goes on. */
  readonly end: RunEnd | null;
};

export type WrittenCall = {
  readonly model: string;
  readonly text: string;
  readonly reasoning: string;
  /** Why another model took over; null for the last, and for one whose process was lost. */
  readonly failure: FailureCode | null;
};

/** How far a run came by now. Does not wait for what it says next. */
export async function progressByNow(log: RunLog, runId: string): Promise<RunProgress> {
  const lastSeq = await log.lastSeq(runId);
  return foldRun(readThrough(log, runId, -1, lastSeq, new AbortController().signal));
}

/** What came after `afterSeq`, up to the event that is or holds `throughSeq`, which must have been committed. */
export async function* readThrough(
  log: RunLog,
  runId: string,
  afterSeq: number,
  throughSeq: number,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, void> {
  if (afterSeq >= throughSeq) return;
  for await (const event of log.read(runId, afterSeq, signal)) {
    yield event;
    if (event.seq >= throughSeq) return;
  }
}

/** Adds up the events of a run, which must be given from the first. */
export async function foldRun(events: AsyncIterable<RunEvent>): Promise<RunProgress> {
  const earlier: WrittenCall[] = [];
  let call: WrittenCall = { model: '', text: '', reasoning: '', failure: null };
  let cut: RunCut | null = null;
  let end: RunEnd | null = null;
  let seq = -1;
  for await (const event of events) {
    seq = event.seq;
    switch (event.type) {
      case 'started':
        call = { ...call, model: event.model };
        break;
      case 'text':
      case 'reasoning':
        call = { ...call, [event.type]: call[event.type] + event.text };
        break;
      case 'reset':
        earlier.push({ ...call, failure: failureBefore(event) });
        call = { model: event.model, text: '', reasoning: '', failure: null };
        break;
      case 'cut':
        cut = event;
        break;
      case 'ended':
        end = event.end;
        break;
    }
  }
  return { seq, calls: [...earlier, call], cut, end };
}

function failureBefore({ cause, fallbacks }: RunReset): FailureCode | null {
  return cause === 'fallback' ? (fallbacks.at(-1)?.code ?? null) : null;
}

/** The candidates that failed before others took over. */
export function fallbacksOf({ calls }: RunProgress): Fallback[] {
  return calls.flatMap(({ model, failure }) =>
    failure === null ? [] : [{ model, code: failure }],
  );
}

/** The call whose output stands. */
export function currentCall({ calls }: RunProgress): WrittenCall {
  return calls[calls.length - 1] as WrittenCall;
}
