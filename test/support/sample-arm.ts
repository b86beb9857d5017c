import type { ExperimentAssignment } from '../../src/router/port.ts';
import type { ArmState, CellState } from '../../src/telemetry/arm-state.ts';

/** Of somebody who is in the treatment, except for what `changes` says. */
export function sampleAssignment(
  changes: Partial<ExperimentAssignment> = {},
): ExperimentAssignment {
  return { experiment: 'routing', run: '1', arm: 'treatment', cell: 7, ...changes };
}

/** What the arm did that an assignment is to. */
export function armOf(
  arms: readonly ArmState[],
  { experiment, run, arm }: ExperimentAssignment,
): ArmState | undefined {
  return arms.find(
    (each) => each.experiment === experiment && each.run === run && each.arm === arm,
  );
}

/** What is counted where an assignment is counted. */
export function cellOf(
  arms: readonly ArmState[],
  assignment: ExperimentAssignment,
): CellState | undefined {
  return armOf(arms, assignment)?.cells.find(({ cell }) => cell === assignment.cell);
}
