import type { Clock } from '../domain/clock.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Accepted, Generation, GenerationOutcome } from './accepted.ts';
import type { GenerationSnapshot } from './generation.ts';
import type { ModelPlan } from './plan.ts';
import { type Cancellation, createRendering, type RenderingDeps } from './rendering.ts';
import type { RunEvent, RunLog } from './run-log.ts';
import {
  currentCall,
  foldRun,
  progressByNow,
  type RunProgress,
  readThrough,
} from './run-progress.ts';
import type { SeatInRun } from './runs-in-flight.ts';

export type LiveGenerationDeps = RenderingDeps & { readonly log: RunLog; readonly clock: Clock };

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
  const cut = new AbortController();
  const ended = Promise.withResolvers<void>();
  const outcome = Promise.withResolvers<GenerationOutcome>();
  /** Decided once: whoever heard of one end must not hear of another. */
  let ending: 'run' | Cancellation | null = null;
  /** While a cancellation finds out where it cuts, nobody hears more. */
  let cutting: Promise<void> | null = null;
  let handedOver = false;

  run.ended.then(
    (end) => {
      rendering.settle(end);
      ending ??= 'run';
      outcome.resolve(
        ending === 'run' ? rendering.outcome(end) : rendering.cancelledOutcome(ending),
      );
      ended.resolve();
    },
    (lost: unknown) => {
      outcome.reject(lost);
      ended.resolve();
    },
  );

  async function* events(afterSeq: number, signal: AbortSignal) {
    // Nobody can have heard more than there is.
    let seq = afterSeq < 0 ? afterSeq : Math.min(afterSeq, await log.lastSeq(run.id));
    for await (const event of untilCut(seq, signal)) {
      seq = event.seq;
      if (event.type === 'ended') break;
      yield* rendering.events(event);
    }
    if (signal.aborted) return;
    const cancellation = cancelled();
    if (cancellation === null) {
      // Also when the end is what the listener says to have.
      yield rendering.terminalEvent(await result(signal), seq);
      return;
    }
    for await (const event of upToCut(seq, cancellation, signal)) yield* rendering.events(event);
    if (signal.aborted) return;
    const endSeq = cancellation.progress.seq + 1;
    yield rendering.terminalEvent(rendering.cancelled(cancellation), endSeq);
  }

  /** What comes while the generation is not cancelled. */
  async function* untilCut(afterSeq: number, signal: AbortSignal) {
    if (cancelled() !== null) return;
    for await (const event of log.read(run.id, afterSeq, AbortSignal.any([signal, cut.signal]))) {
      if (cutting !== null) await cutting;
      if (event.type === 'ended') ending ??= 'run';
      if (cancelled() !== null) return;
      yield event;
    }
  }

  /** What of the log is left to tell of a generation that was cancelled. */
  async function* upToCut(afterSeq: number, { progress }: Cancellation, signal: AbortSignal) {
    for await (const event of readThrough(log, run.id, afterSeq, progress.seq, signal)) {
      yield event.seq <= progress.seq ? event : cutShort(event, progress);
    }
  }

  async function result(signal: AbortSignal): Promise<GenerationSnapshot> {
    const progress = await foldRun(untilCut(-1, signal));
    const cancellation = cancelled();
    if (cancellation !== null) return rendering.cancelled(cancellation);
    if (progress.end === null) throw signal.reason;
    return rendering.ended(progress, progress.end);
  }

  async function snapshot(): Promise<GenerationSnapshot> {
    const progress = await progressByNow(log, run.id);
    if (cutting !== null) await cutting;
    if (progress.end !== null) ending ??= 'run';
    const cancellation = cancelled();
    if (cancellation !== null) return rendering.cancelled(cancellation);
    if (progress.end !== null) return rendering.ended(progress, progress.end);
    return rendering.running(progress, clock.elapsed());
  }

  async function cancel() {
    if (ending !== null) return;
    const reason = new GatewayError('CANCELLED', 'The generation was cancelled.');
    // Alone with its run, it ends as the run does, with all that arrived and the run's own accounts.
    if (seat.isLast()) {
      seat.giveUp(reason);
      return ended.promise;
    }
    cutting ??= cutOff(reason).finally(() => {
      cutting = null;
    });
    await cutting;
  }

  async function cutOff(reason: GatewayError) {
    const progress = await progressByNow(log, run.id);
    if (progress.end !== null) ending ??= 'run';
    if (ending !== null) return;
    ending = { reason, progress, at: clock.elapsed(), firstTextMs: run.firstTextMs() };
    ended.resolve();
    if (joined) outcome.resolve(rendering.cancelledOutcome(ending));
    cut.abort();
    seat.giveUp(reason);
  }

  function cancelled(): Cancellation | null {
    return ending === 'run' ? null : ending;
  }

  return {
    accepted,
    events,
    result,
    snapshot,
    enter() {
      if (handedOver) handedOver = false;
      else seat.enter();
    },
    leave: seat.leave,
    handOver() {
      handedOver = true;
    },
    cancel,
    ended: ended.promise,
    outcome: outcome.promise,
  };
}

/** A text that was merged past the cut, up to the cut. */
function cutShort(event: RunEvent, progress: RunProgress): RunEvent {
  if (event.type !== 'text' && event.type !== 'reasoning') return event;
  const { [event.type]: whole } = currentCall(progress);
  return { ...event, seq: progress.seq, text: event.text.slice(0, whole.length - event.offset) };
}
