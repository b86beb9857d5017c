import { type ArmCounter, armCounter } from './arm-counter.ts';
import type { ArmState } from './arm-state.ts';
import type { Rating, RequestRecord } from './statistics.ts';

/** Those that were taken out of the configuration must not fill what keeps the total for ever. */
const EXPERIMENTS_KEPT = 16;

/** The arms of all experiments, each in the latest of its runs. A part of a bucket. */
export type ArmCounters = {
  /** Counts a request that a model was asked for, for each arm that it was in. */
  add(request: RequestRecord): void;
  /** Counts a verdict on an answer of a model, for each arm that the request was in. */
  rate(rating: Rating): void;
  merge(others: readonly ArmState[]): void;
  /** The experiment that has counted nothing for longest comes first. */
  states(): readonly ArmState[];
};

type LatestRun = { readonly run: string; readonly arms: Map<string, ArmCounter> };

/**
 * What comes late for a run that is over counts no more: so whatever is merged, in any order, is as if all of it had been
 * counted in one place. Of more experiments than are kept, the one goes that has counted nothing for longest, with both
 * of its arms.
 */
export function armCounters(): ArmCounters {
  // A map tells its keys in the order in which they were set.
  const experiments = new Map<string, LatestRun>();

  function latestRun(experiment: string, run: string): LatestRun {
    const known = experiments.get(experiment);
    return known && !isLater(run, known.run) ? known : { run, arms: new Map() };
  }

  function counterOf(place: Pick<ArmState, 'experiment' | 'run' | 'arm'>): ArmCounter | null {
    const latest = latestRun(place.experiment, place.run);
    if (latest.run !== place.run) return null;
    experiments.delete(place.experiment);
    experiments.set(place.experiment, latest);
    dropOldest();
    const counter = latest.arms.get(place.arm) ?? armCounter(place);
    latest.arms.set(place.arm, counter);
    return counter;
  }

  function dropOldest(): void {
    for (const oldest of experiments.keys()) {
      if (experiments.size <= EXPERIMENTS_KEPT) return;
      experiments.delete(oldest);
    }
  }

  return {
    add(request) {
      for (const assignment of request.assignments) {
        counterOf(assignment)?.add(request, assignment.cell);
      }
    },
    rate({ assignments, verdict }) {
      for (const assignment of assignments) {
        counterOf(assignment)?.rate(assignment.cell, verdict === 'GOOD');
      }
    },
    merge(others) {
      for (const other of others) counterOf(other)?.merge(other);
    },
    states: () =>
      [...experiments.values()].flatMap(({ arms }) => [...arms.values()].map((arm) => arm.state())),
  };
}

/** Runs are named by whole numbers, in digits. */
function isLater(run: string, than: string): boolean {
  return run.length === than.length ? run > than : run.length > than.length;
}
