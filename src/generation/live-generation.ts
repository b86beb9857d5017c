import type { Clock } from '../domain/clock.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Accepted, Generation, GenerationOutcome } from './accepted.ts';
import type { AccountsDeps } from './accounts.ts';
import type { GenerationSnapshot } from './generation.ts';
import type { ModelPlan } from './plan.ts';
import { type Cancellation, createRendering } from './rendering.ts';
import { type RunEnd, type RunEvent, type RunLog, RunUnknown } from './run-log.ts';
import { currentCall, foldRun, progressByNow, readThrough } from './run-progress.ts';
import type { SeatInRun } from './runs-in-flight.ts';

export type LiveGenerationDeps = AccountsDeps & { readonly log: RunLog; readonly clock: Clock };

/**
 * How a generation ended, decided once: whoever heard of one end must not hear of another.
 * - `run`: as its run did.
 * - `cut`: it was cancelled while others went on with the run.
 * - `lost`: the log did not take the run's end.
 */
type Ending =
  | { readonly how: 'run' }
  | { readonly how: 'cut'; readonly cancellation: Cancellation }
  | { readonly how: 'lost'; readonly error: unknown };

const AS_ITS_RUN: Ending = { how: 'run' };

/**
 * A generation that listens to a run. What it tells is read from the run's log and rendered for this request.
 *
 * It ends with its run, unless it is cancelled while others go on: then what it has to tell stops at the point
 * of the log that it had come to, for whoever listens and whoever comes later.
 */
export function liveGeneration(
  deps: LiveGenerationDeps,
  accepted: Accepted,
  plan: ModelPlan,
  { run, seat, joined }: SeatInRun,
): Generation {
  const { log, clock } = deps;
  const rendering = createRendering(deps, accepted, plan, { run, joined });
  const ended = Promise.withResolvers<void>();
  const outcome = Promise.withResolvers<GenerationOutcome>();
  /** Aborts when listeners have nothing more to expect of the log. */
  const cut = new AbortController();
  let ending: Ending | null = null;
  /** While a cancellation finds out where it cuts, nobody hears more. */
  let cutting: Promise<void> | null = null;
  let runEnd: RunEnd | null = null;

  run.ended.then(
    (end) => {
      runEnd = end;
      const cancellation = decide(AS_ITS_RUN);
      outcome.resolve(
        cancellation === null
          ? rendering.outcome(end)
          : rendering.cancelledOutcome(cancellation, end),
      );
      ended.resolve();
    },
    (error: unknown) => {
      decide({ how: 'lost', error });
      outcome.reject(error);
      ended.resolve();
      cut.abort();
    },
  );

  /** Ends the generation so, unless it has ended; tells where it was cut, if it was. */
  function decide(how: Ending): Cancellation | null {
    ending ??= how;
    return cancellationNow();
  }

  function cancellationNow(): Cancellation | null {
    return ending?.how === 'cut' ? ending.cancellation : null;
  }

  async function* events(afterSeq: number, signal: AbortSignal) {
    // Nobody can have heard more than there is.
    let seq = afterSeq < 0 ? afterSeq : Math.min(afterSeq, await log.lastSeq(run.id));
    for await (const event of untilCut(seq, signal)) {
      seq = event.seq;
      yield* rendering.events(event);
      if (event.type !== 'ended') continue;
      // While the log is being read it is not dropped for its age.
      yield rendering.terminalEvent(await result(signal), seq);
      return;
    }
    if (signal.aborted) return;
    const cancellation = cancellationNow();
    if (cancellation === null) {
      // The end is what the listener says to have.
      yield rendering.terminalEvent(await result(signal), seq);
      return;
    }
    for await (const event of upToCut(seq, cancellation, signal)) yield* rendering.events(event);
    if (signal.aborted) return;
    yield rendering.terminalEvent(await cancelled(cancellation), cancellation.seq + 1);
  }

  /** What comes while the generation is not cancelled. */
  async function* untilCut(afterSeq: number, signal: AbortSignal) {
    if (cancellationNow() !== null) return;
    for await (const event of log.read(run.id, afterSeq, AbortSignal.any([signal, cut.signal]))) {
      if (cutting !== null) await cutting;
      if (event.type === 'ended') decide(AS_ITS_RUN);
      if (cancellationNow() !== null) return;
      yield event;
    }
    if (ending?.how === 'lost') throw ending.error;
  }

  /** What of the log is left to tell of a generation that was cancelled. */
  async function* upToCut(afterSeq: number, cancellation: Cancellation, signal: AbortSignal) {
    for await (const event of readThrough(log, run.id, afterSeq, cancellation.seq, signal)) {
      yield event.seq <= cancellation.seq ? event : cutShort(event, cancellation);
    }
  }

  async function result(signal: AbortSignal): Promise<GenerationSnapshot> {
    const progress = await foldRun(untilCut(-1, signal));
    const cancellation = cancellationNow();
    if (cancellation !== null) return cancelled(cancellation);
    if (progress.end === null) throw signal.reason;
    return rendering.ended(progress, progress.end);
  }

  async function snapshot(): Promise<GenerationSnapshot> {
    if (ending?.how === 'lost') throw new RunUnknown();
    const progress = await progressByNow(log, run.id);
    if (cutting !== null) await cutting;
    const cancellation = progress.end === null ? cancellationNow() : decide(AS_ITS_RUN);
    if (cancellation !== null) return cancelled(cancellation);
    if (progress.end !== null) return rendering.ended(progress, progress.end);
    return rendering.running(progress, clock.elapsed());
  }

  /** Read from the log again, which is kept as long: many copies of one long answer would fill the memory. */
  async function cancelled(cancellation: Cancellation): Promise<GenerationSnapshot> {
    const patient = new AbortController().signal;
    const progress = await foldRun(upToCut(-1, cancellation, patient));
    return rendering.cancelled(cancellation, progress, runEnd);
  }

  async function cancel() {
    if (ending !== null) return;
    const reason = new GatewayError('CANCELLED', 'The generation was cancelled.');
    // Alone with its run, it ends as the run does, with all that arrived and the run's own accounts.
    if (seat.isLast()) seat.giveUp(reason);
    if (run.isStopped()) return ended.promise;
    cutting ??= cutOff(reason).finally(() => {
      cutting = null;
    });
    await cutting;
  }

  async function cutOff(reason: GatewayError) {
    const progress = await progressByNow(log, run.id);
    if (progress.end !== null) decide(AS_ITS_RUN);
    if (ending !== null) return;
    const { text, reasoning } = currentCall(progress);
    const cancellation: Cancellation = {
      reason,
      seq: progress.seq,
      lengths: { text: text.length, reasoning: reasoning.length },
      at: clock.elapsed(),
      firstTextMs: run.firstTextMs(),
    };
    decide({ how: 'cut', cancellation });
    ended.resolve();
    if (joined) outcome.resolve(rendering.cancelledOutcome(cancellation, null));
    cut.abort();
    seat.giveUp(reason);
  }

  return {
    accepted,
    answerUnits: 0,
    events,
    result,
    snapshot,
    enter: seat.enter,
    leave: seat.leave,
    handOver: seat.handOver,
    isStopped: run.isStopped,
    cancel,
    ended: ended.promise,
    outcome: outcome.promise,
  };
}

/** A text that was merged past the cut, up to the cut. */
function cutShort(event: RunEvent, { seq, lengths }: Cancellation): RunEvent {
  if (event.type !== 'text' && event.type !== 'reasoning') return event;
  return { ...event, seq, text: event.text.slice(0, lengths[event.type] - event.offset) };
}
