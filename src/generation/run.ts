import { GatewayError } from '../domain/errors.ts';
import { newTally } from './ask.ts';
import { mirrorListening } from './remote-listeners.ts';
import { createCancelling } from './run-cancelling.ts';
import { type Cut, createRunCuts } from './run-cuts.ts';
import type { RunId } from './run-id.ts';
import { type Lead, type LeadDeps, takeLead } from './run-lead.ts';
import type { RunLease } from './run-leases.ts';
import { type FencingToken, type RunEnd, type RunLog, RunLogFenced } from './run-log.ts';
import type { RunSpec } from './run-spec.ts';
import { createRunWriter } from './run-writer.ts';
import { createSeats, type Seat } from './seats.ts';
import { HandedOver } from './shutting-down.ts';
import { takeOverRun } from './take-over.ts';

export type RunDeps = LeadDeps & {
  readonly log: RunLog;
  readonly coalesceMs: number;
  /** How long a run goes on with no listener; 0 stops it at once. */
  readonly graceMs: number;
  /** This process goes on with the run of one that was lost. */
  readonly onTakenOver: (spec: RunSpec) => void;
};

/**
 * The upstream calls made for one question, usually one, and the log of what came back, as this process sees them.
 * Either it leads the run, that is, asks the models and writes the log; or it follows the log of the process that
 * does, and takes the lead when that process is lost.
 */
export type Run = {
  readonly id: RunId;
  /** On `Clock.elapsed`. */
  readonly startedAt: number;
  /** Milliseconds from the start to the first text of the model that is asked now; null before it came. */
  firstTextMs(): number | null;
  /** The seat of a generation with one listener more; null when the run is being stopped, or is over. */
  join(generationId: string): Seat | null;
  /** Whether others may join it without asking: its owner cannot have begun to stop it. */
  isHeld(): boolean;
  /** The seat of a generation, whatever becomes of the run. */
  seatOf(generationId: string): Seat;
  cutOf(generationId: string): Cut;
  /** Whether this process is stopping it, or it is over. */
  isStopped(): boolean;
  /**
   * Ends one generation: cuts it off, or stops the run when no other wants it. Resolves when the log says so;
   * rejects with what the run was lost for.
   */
  cancel(generationId: string): Promise<void>;
  /**
   * This process ends: other processes go on with the run, or else it is stopped and fails with `reason`.
   *
   * @param comesBack whether the listeners of a generation will look for it at another process
   */
  handOver(reason: GatewayError, comesBack: (generationId: string) => boolean): Promise<void>;
  /** Resolves when the end is in the log; rejects when it never will be, with HandedOver if others go on. */
  readonly ended: Promise<RunEnd>;
};

/**
 * Starts asking the candidates and writing what they say to the log. Resolves when the log can be read;
 * rejects with what the log threw when it takes no new run. `spec.startedBy` has a seat, with one listener.
 *
 * Leaving is not cancelling: without a listener the run goes on for `graceMs`, then it is stopped and ends
 * as CANCELLED.
 */
export async function startRun(
  deps: RunDeps,
  lease: RunLease,
  fencing: FencingToken,
): Promise<Run> {
  const { spec } = lease;
  const { log, coalesceMs } = deps;
  const writer = createRunWriter({ log, runId: spec.id, fencing, firstSeq: 0, coalesceMs });
  try {
    await writer.started(spec.question.candidates[0].model);
  } catch (refusal) {
    await lease.discard();
    lease.close();
    throw refusal;
  }
  const tally = newTally(startedAtHere(deps, spec));
  const run = openRun(deps, lease, tally.beganAt, () =>
    takeLead(deps, spec, { writer, tally, fallbacks: [], stoppedFor: null }),
  );
  run.seatOf(spec.startedBy.id).enter();
  return run;
}

/** Follows a run that another process leads, or did. It is over for this process when the log says so. */
export function followRun(deps: RunDeps, lease: RunLease): Run {
  return openRun(deps, lease, startedAtHere(deps, lease.spec), () => null);
}

/** On `Clock.elapsed`, the same moment for all who have a part in the run, as far as their clocks agree. */
function startedAtHere({ clock }: RunDeps, { startedAt }: RunSpec): number {
  return clock.elapsed() - Math.max(0, clock.now() - startedAt);
}

function openRun(
  deps: RunDeps,
  lease: RunLease,
  startedAt: number,
  beginLead: () => Lead | null,
): Run {
  const { log, clock } = deps;
  const { spec } = lease;
  const cuts = createRunCuts();
  const seats = createSeats({
    graceMs: deps.graceMs,
    onAbandoned: () => void stopAbandoned(),
    onListening: tellListening,
  });
  const setListening = mirrorListening(seats);
  const cancel = createCancelling({
    ...{ lease, seats, cuts, clock, startedAt },
    lead: () => lead,
    isOver: () => over,
    ended: () => ended,
  });
  /** Ends the following of the log. */
  let following = new AbortController();
  /** As far as it was seen in the log. */
  let firstTextMs: number | null = null;
  let takingOver: Promise<void> | null = null;
  let leaving = false;
  let over = false;

  lease.watch({
    onOrphaned: takeOver,
    onTakenOver: () => lead?.stop(new RunLogFenced()),
    onListening: setListening,
    onCancel: (generationId) => void cancel(generationId).catch(() => {}),
  });
  let lead = beginLead();
  const ended = live().finally(() => {
    over = true;
    seats.close();
    lease.close();
  });
  ended.catch(() => {});

  async function live(): Promise<RunEnd> {
    for (;;) {
      const leading = lead;
      const end = leading === null ? await follow() : await endOf(leading);
      if (end !== null) return end;
      if (leaving) throw new HandedOver();
      if (leading !== null) becomeFollower();
    }
  }

  async function endOf(leading: Lead): Promise<RunEnd | null> {
    try {
      return await leading.done;
    } catch (lost) {
      // The log takes no end of this process, which would leave those who follow without one.
      lease.disown();
      throw lost;
    }
  }

  /** Resolves with the end of the run, or with null when this process has something else to do. */
  async function follow(): Promise<RunEnd | null> {
    following = new AbortController();
    const known = await log.lastSeq(spec.id);
    for await (const event of log.read(spec.id, -1, following.signal)) {
      if (event.type === 'ended') return event.end;
      if (event.type === 'cut') {
        cuts.note(event);
        seats.of(event.generationId).giveUp();
      }
      if (event.type === 'reset') firstTextMs = null;
      // When an event came that was there before is not to be known.
      if (event.type === 'text' && event.seq > known) firstTextMs ??= clock.elapsed() - startedAt;
    }
    return null;
  }

  function takeOver() {
    if (takingOver !== null || over || leaving || lead !== null) return;
    takingOver = tryTakingOver().finally(() => {
      takingOver = null;
    });
  }

  async function tryTakingOver() {
    try {
      // A generation that nobody waited for from its start runs to its end.
      const isWanted = () => seats.areWanted() || spec.startedBy.detached;
      const unwanted = () => (isWanted() ? null : abandoned());
      const taken = await takeOverRun(deps, lease, startedAt, unwanted);
      if (taken === null) return;
      lead = taken;
      deps.logger.warn({ runId: spec.id }, 'run of another process taken over');
      deps.onTakenOver(spec);
      following.abort();
    } catch (error) {
      deps.logger.debug({ error, runId: spec.id }, 'run cannot be taken over');
    }
  }

  function becomeFollower() {
    deps.logger.warn({ runId: spec.id }, 'run was taken over by another process');
    lead = null;
    log.giveAway(spec.id);
    setListening(new Map());
    tellListening();
  }

  function tellListening() {
    if (lead === null && !over) lease.tellListening(seats.listening());
  }

  async function stopAbandoned() {
    const leading = lead;
    if (leading === null || !(await lease.retire(seats.givenUp()))) return;
    if (!seats.areWanted()) leading.stop(abandoned());
    else if (!leading.isStopped()) lease.reopen();
  }

  async function handOver(reason: GatewayError, comesBack: (generationId: string) => boolean) {
    await takingOver;
    const leading = lead;
    if (leading === null) {
      leaving = true;
      following.abort();
    } else if ((await isAwaited(comesBack)) && (await lease.release())) {
      leaving = true;
      log.giveAway(spec.id);
      leading.stop(new RunLogFenced());
    } else {
      leading.stop(reason);
    }
  }

  /** Whether somebody will ask another process for what this one cannot end. */
  async function isAwaited(comesBack: (generationId: string) => boolean): Promise<boolean> {
    if (spec.startedBy.detached || seats.listening().some(comesBack)) return true;
    return !(await lease.retire(seats.givenUp()));
  }

  return {
    id: spec.id,
    startedAt,
    firstTextMs: () => (lead === null ? firstTextMs : lead.firstTextMs()),
    join(generationId) {
      if (over || leaving || lead?.isStopped()) return null;
      const seat = seats.of(generationId);
      seat.enter();
      return seat;
    },
    isHeld: () => lead !== null || (lease.isHeard() && seats.areListenedTo()),
    seatOf: seats.of,
    cutOf: cuts.of,
    isStopped: () => over || (lead?.isStopped() ?? false),
    cancel,
    handOver,
    ended,
  };
}

function abandoned(): GatewayError {
  const message = 'Nobody listened to the answer any more.';
  return new GatewayError('CANCELLED', message, { retryable: true });
}
