import type { Experiment, Experiments, Standing } from '../../src/router/experiments/port.ts';
import type { ArmState, CellState } from '../../src/telemetry/arm-state.ts';

/** The small model against the large one, from 10 to 30 %. */
export function sampleExperiment(changes: Partial<Experiment> = {}): Experiment {
  return {
    key: 'small-first',
    control: { name: 'large', rule: { kind: 'tier', tier: 'LARGE' } },
    treatment: { name: 'small', rule: { kind: 'tier', tier: 'SMALL' } },
    schedule: [
      { share: 0.1, minMs: 60_000, minRequests: 100 },
      { share: 0.3, minMs: 60_000, minRequests: 200 },
    ],
    guardrails: { errorRate: 0.01, firstTextP95: 0.25, cost: null, rating: 0.03 },
    ...changes,
  };
}

/** How an experiment stands; it throws where there is none. */
export function standingOf(experiments: Experiments, key = 'small-first'): Standing {
  const found = experiments.current().find((experiment) => experiment.key === key);
  if (found === undefined) throw new Error(`There is no experiment ${key}.`);
  return found.standing;
}

/** An arm of `small-first` that counted these in one cell, and nothing else. */
export function armWith({
  arm,
  run,
  ...counts
}: { readonly arm: string; readonly run: string } & Partial<CellState>): ArmState {
  const cell: CellState = {
    ...{ cell: 0, requests: 0, failures: 0, priced: 0, costUsd: 0, ratings: 0, goodRatings: 0 },
    firstTextSteps: [],
    firstTextCounts: [],
    ...counts,
  };
  return { experiment: 'small-first', run, arm, cells: [cell] };
}
