import type { ArmState } from '../../telemetry/arm-state.ts';
import type { ArmRequests, StandingExperiment } from './port.ts';

/** What the arms of the run that an experiment stands at did, among all that is counted; nothing where nothing is. */
export function armsOf(
  { key: experiment, control, treatment, standing: { run } }: StandingExperiment,
  counted: readonly ArmState[],
): { readonly control: ArmState; readonly treatment: ArmState } {
  const find = (arm: string) =>
    counted.find(
      (each) => each.experiment === experiment && each.run === run && each.arm === arm,
    ) ?? { experiment, run, arm, cells: [] };
  return { control: find(control.name), treatment: find(treatment.name) };
}

/** How many requests each arm has counted. */
export function requestsOf(arms: {
  readonly control: ArmState;
  readonly treatment: ArmState;
}): ArmRequests {
  return { control: requestsIn(arms.control), treatment: requestsIn(arms.treatment) };
}

function requestsIn({ cells }: ArmState): number {
  return cells.reduce((sum, { requests }) => sum + requests, 0);
}
