import { armsOf } from '../router/experiments/arm-totals.ts';
import type { ExperimentJudgement } from '../router/experiments/guardian.ts';
import type { GuardrailName } from '../router/experiments/guardrail-finding.ts';
import {
  type ExperimentState,
  NO_RUN,
  type StandingExperiment,
} from '../router/experiments/port.ts';
import { type ArmState, type CellState, msOfStep } from '../telemetry/arm-state.ts';

export type ArmStats = {
  readonly arm: string;
  readonly requests: number;
  readonly errorRate: number | null;
  readonly meanRating: number | null;
  readonly meanCostUsd: number | null;
  readonly firstTokenP95Ms: number | null;
};

export type Guardrail = 'ERROR_RATE' | 'FIRST_TEXT_P95' | 'COST' | 'RATING';

export type GuardrailStats = {
  readonly name: Guardrail;
  readonly control: number | null;
  readonly treatment: number | null;
  readonly bound: number | null;
  readonly tolerance: number;
  readonly harmed: boolean;
};

export type ExperimentStats = {
  readonly key: string;
  readonly state: ExperimentState;
  readonly run: string | null;
  readonly share: number;
  /** Milliseconds since the Unix epoch. */
  readonly since: number | null;
  readonly adopted: string | null;
  readonly arms: readonly ArmStats[];
  readonly guardrails: readonly GuardrailStats[];
  readonly sampleRatioOk: boolean | null;
  readonly conclusion: string | null;
};

/**
 * How an experiment stands, and what its arms did.
 *
 * @param counted what the arms of experiments did, as far as the caller may see it
 * @param judgement what was found of all that the arms did; null: nothing yet, or the caller may not see it. He is then
 *   not told the figures of a rollback either.
 */
export function toExperimentStats(
  experiment: StandingExperiment,
  counted: readonly ArmState[],
  judgement: ExperimentJudgement | null,
  caller: { readonly operator: boolean },
): ExperimentStats {
  const { key, standing } = experiment;
  const { state, run, share, since, adopted } = standing;
  const arms = armsOf(experiment, counted);
  const found = caller.operator && judgement?.run === run ? judgement : null;
  return {
    ...{ key, state, share, since, adopted },
    run: run === NO_RUN ? null : run,
    arms: [arms.control, arms.treatment].map(toArmStats),
    guardrails: found === null ? [] : toGuardrailStats(found),
    sampleRatioOk: found === null ? null : !found.sampleRatio.mismatch,
    conclusion: conclusionOf(experiment, found, caller),
  };
}

function toArmStats({ arm, cells }: ArmState): ArmStats {
  const sum = (
    figure: 'requests' | 'failures' | 'priced' | 'costUsd' | 'ratings' | 'goodRatings',
  ) => cells.reduce((total, cell) => total + cell[figure], 0);
  return {
    arm,
    requests: sum('requests'),
    errorRate: mean(sum('failures'), sum('requests')),
    meanRating: mean(sum('goodRatings'), sum('ratings')),
    meanCostUsd: mean(sum('costUsd'), sum('priced')),
    firstTokenP95Ms: firstTextP95(cells),
  };
}

/** The end of the step that the 95th of a hundred first texts lies in. */
function firstTextP95(cells: readonly CellState[]): number | null {
  const counts = new Map<number, number>();
  let all = 0;
  for (const { firstTextSteps, firstTextCounts } of cells) {
    firstTextSteps.forEach((step, index) => {
      const count = firstTextCounts[index] ?? 0;
      counts.set(step, (counts.get(step) ?? 0) + count);
      all += count;
    });
  }
  let seen = 0;
  for (const [step, count] of [...counts].sort(([a], [b]) => a - b)) {
    seen += count;
    // In whole numbers: sums of 0.95 are off by a little, and then the next step is told.
    if (20 * seen >= 19 * all) return msOfStep(step);
  }
  return null;
}

function mean(sum: number, count: number): number | null {
  return count === 0 ? null : sum / count;
}

const GUARDRAILS: { readonly [Name in GuardrailName]: Guardrail } = {
  errorRate: 'ERROR_RATE',
  firstTextP95: 'FIRST_TEXT_P95',
  cost: 'COST',
  rating: 'RATING',
};

function toGuardrailStats({ guardrails }: ExperimentJudgement): GuardrailStats[] {
  return guardrails.guardrails.map(({ name, control, treatment, ...finding }) => ({
    name: GUARDRAILS[name],
    control: control.value,
    treatment: treatment.value,
    bound: finding.worseByAtLeast,
    tolerance: finding.tolerance,
    harmed: finding.harmed,
  }));
}

/** The reason of a rollback tells of the requests of all tenants. */
function conclusionOf(
  { standing: { state, conclusion } }: StandingExperiment,
  found: ExperimentJudgement | null,
  { operator }: { readonly operator: boolean },
): string | null {
  if (state === 'ROLLED_BACK' && !operator) return 'The treatment did harm and was taken out.';
  return conclusion ?? found?.sampleRatio.reason ?? null;
}
