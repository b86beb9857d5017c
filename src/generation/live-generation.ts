import type { Clock } from '../domain/clock.ts';
import type { Accepted, Generation, GenerationOutcome } from './accepted.ts';
import type { AccountsDeps } from './accounts.ts';
import type { GenerationSnapshot } from './generation.ts';
import type { Decided } from './plan.ts';
import { createRendering } from './rendering.ts';
import type { RunEnd, RunEvent, RunLog } from './run-log.ts';
import { foldRun, readThrough } from './run-progress.ts';
import type { SeatInRun } from './runs.ts';

export type LiveGenerationDeps = AccountsDeps & { readonly log: RunLog; readonly clock: Clock };

/**
 * A generation that listens to a run. What it tells is read from the run's log and rendered for this request.
 *
 * It ends with its run, unless the log says before that it was cut: what comes after in the log is not its own.
 *
 * @param heldUnits UTF-16 units of what else is held with it
 */
export function liveGeneration(
  deps: LiveGenerationDeps,
  accepted: Accepted,
  decided: Decided,
  { run, seat, joined }: SeatInRun,
  heldUnits = 0,
): Generation {
  const { log, clock } = deps;
  const rendering = createRendering(deps, accepted, decided, { run, joined });
  /** Aborts when the log has no end to wait for. */
  const lost = new AbortController();
  let runEnd: RunEnd | null = null;

  const cut = run.cutOf(accepted.id);
  const outcome = Promise.withResolvers<GenerationOutcome>();
  run.ended.then(
    async (end) => {
      runEnd = end;
      const told = cut.now();
      outcome.resolve(
        told === null ? rendering.outcome(end) : rendering.cancelledOutcome(told, end),
      );
    },
    (error: unknown) => {
      outcome.reject(error);
      lost.abort(error);
    },
  );
  // Who called the model has to wait for what that takes; the others know at once that it cost them nothing.
  if (joined) {
    void cut.made.then((made) => outcome.resolve(rendering.cancelledOutcome(made, null)));
  }
  const over = run.ended.then(
    () => {},
    () => {},
  );

  async function* events(afterSeq: number, signal: AbortSignal) {
    let seq = afterSeq < 0 ? afterSeq : await withinReach(afterSeq);
    for await (const event of own(seq, signal)) {
      seq = event.seq;
      yield* rendering.events(event);
      if (event.type !== 'ended' && event.type !== 'cut') continue;
      // While the log is being read it is not dropped for its age.
      yield rendering.terminalEvent(await result(signal), seq);
      return;
    }
    // The end is what the listener says to have.
    if (!signal.aborted) yield rendering.terminalEvent(await result(signal), seq);
  }

  /** Nobody can have heard more than there is. Who has heard the last event hears it again. */
  async function withinReach(afterSeq: number): Promise<number> {
    const progress = await progressOfOwn();
    return Math.min(afterSeq, progress.cut === null ? progress.seq : progress.seq - 1);
  }

  /** How far this generation came by now: to its cut, which this process may not have heard of yet. */
  async function progressOfOwn() {
    const lastSeq = await log.lastSeq(run.id);
    const patient = new AbortController().signal;
    return foldRun(throughCut(readThrough(log, run.id, -1, lastSeq, patient)));
  }

  /** What the log has for this generation; throws what the run was lost for. */
  async function* own(afterSeq: number, signal: AbortSignal) {
    yield* throughCut(log.read(run.id, afterSeq, AbortSignal.any([signal, lost.signal])));
    if (lost.signal.aborted) throw lost.signal.reason;
  }

  /** Of some events, those up to the one that cut this generation off; the cuts of others are left out. */
  async function* throughCut(events: AsyncIterable<RunEvent>) {
    for await (const event of events) {
      if (event.type === 'cut' && event.generationId !== accepted.id) continue;
      yield event;
      if (event.type === 'cut') return;
    }
  }

  async function result(signal: AbortSignal): Promise<GenerationSnapshot> {
    const progress = await foldRun(own(-1, signal));
    if (progress.cut !== null) return rendering.cancelled(progress.cut, progress, runEnd);
    if (progress.end === null) throw signal.reason;
    return rendering.ended(progress, progress.end);
  }

  async function snapshot(): Promise<GenerationSnapshot> {
    lost.signal.throwIfAborted();
    const progress = await progressOfOwn();
    if (progress.cut !== null) return rendering.cancelled(progress.cut, progress, runEnd);
    if (progress.end !== null) return rendering.ended(progress, progress.end);
    return rendering.running(progress, clock.elapsed());
  }

  return {
    accepted,
    paysForRun: !joined,
    heldUnits,
    events,
    result,
    snapshot,
    enter: seat.enter,
    leave: seat.leave,
    handOver: seat.handOver,
    isStopped: run.isStopped,
    cancel: () => run.cancel(accepted.id),
    ended: Promise.race([over, cut.made.then(() => {})]),
    outcome: outcome.promise,
  };
}
