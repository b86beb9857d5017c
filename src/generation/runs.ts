import { followRun, type Run, type RunDeps, startRun } from './run.ts';
import { keyOfRun, type RunId } from './run-id.ts';
import type { RunLeases } from './run-leases.ts';
import type { RunSpec } from './run-spec.ts';
import type { Seat } from './seats.ts';
import type { Expense } from './spending.ts';

/** The runs that this process has a part in: those that it leads, and those of other processes that it follows. */
export type Runs = {
  /**
   * The run that answers the question now, in whichever process; else the one of `spec`, which others find from
   * this moment on, before it has begun. `spec.startedBy` has a seat in it, with one listener. What the run may take
   * is set aside before it can be found, and comes free again when another one answers the question.
   */
  joinOrStart(spec: RunSpec, expense: Expense): Promise<SeatInRun>;
  /** Null when there is no such run, or no more. */
  find(runId: RunId): Promise<Run | null>;
};

export type SeatInRun = {
  readonly run: Run;
  /** The part of one generation in it. */
  readonly seat: Seat;
  /** False for the generation that began the run, and carries its cost. */
  readonly joined: boolean;
};

export type RunsDeps = RunDeps & {
  readonly leases: RunLeases;
  /** Hears of every run that this process has a part in, as soon as it has. */
  readonly onRun: (run: Run) => void;
};

export function createRuns(deps: RunsDeps): Runs {
  /** What answers each exact key, as far as this process has a part in it or is asking. */
  const byKey = new Map<string, Promise<Run>>();
  const byId = new Map<RunId, Promise<Run | null>>();

  async function joinOrStart(spec: RunSpec, expense: Expense): Promise<SeatInRun> {
    for (let held = heldFor(spec); held !== undefined; held = heldFor(spec)) {
      const run = await held.catch(() => null);
      const seated = run?.isHeld() ? joined(run, spec) : null;
      if (seated !== null) return seated;
      // It never began, or is about to be stopped: whoever sees that first asks for another.
      release(spec, held);
    }
    const answering = claim(spec, expense);
    if (spec.shared) holdUntilOver(byKey, keyOfRun(spec.id), answering);
    const run = await answering;
    if (run.id === spec.id) return { run, seat: run.seatOf(spec.startedBy.id), joined: false };
    return joined(run, spec) ?? joinOrStart({ ...spec, shared: false }, expense);
  }

  function heldFor({ id, shared }: RunSpec): Promise<Run> | undefined {
    return shared ? byKey.get(keyOfRun(id)) : undefined;
  }

  function release({ id }: RunSpec, held: Promise<Run>) {
    const key = keyOfRun(id);
    if (byKey.get(key) === held) byKey.delete(key);
  }

  function joined(run: Run | null, { startedBy }: RunSpec): SeatInRun | null {
    const seat = run?.join(startedBy.id);
    return run && seat ? { run, seat, joined: true } : null;
  }

  async function claim(spec: RunSpec, expense: Expense): Promise<Run> {
    await expense.reserve();
    const claimed = await deps.leases.claim(spec);
    if (!claimed.owned) {
      expense.release();
      // It may be gone since, or out of reach.
      const found = await follow(claimed.runId, spec.startedBy.id).catch(() => null);
      return found ?? claim({ ...spec, shared: false }, expense);
    }
    const starting = startRun(deps, claimed.lease, claimed.token);
    holdUntilOver(byId, spec.id, starting);
    return heardOf(await starting);
  }

  function follow(runId: RunId, claimedBy?: string): Promise<Run | null> {
    return byId.get(runId) ?? holdUntilOver(byId, runId, attend(runId, claimedBy));
  }

  async function attend(runId: RunId, claimedBy?: string): Promise<Run | null> {
    const lease = await deps.leases.attend(runId, claimedBy);
    return lease && heardOf(followRun(deps, lease));
  }

  function heardOf(run: Run): Run {
    deps.onRun(run);
    return run;
  }

  return { joinOrStart, find: (runId) => follow(runId) };
}

/** Puts a run under its name, until it is over. */
function holdUntilOver<Found extends Run | null>(
  runs: Map<string, Promise<Found>>,
  name: string,
  found: Promise<Found>,
): Promise<Found> {
  runs.set(name, found);
  const forget = () => {
    if (runs.get(name) === found) runs.delete(name);
  };
  found.then((run) => run?.ended).then(forget, forget);
  return found;
}
