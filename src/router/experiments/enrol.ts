import type { ExperimentAssignment } from '../port.ts';
import type { Unit } from '../unit.ts';
import { assignArm } from './assign-arm.ts';
import type { Arm, ArmRule, StandingExperiment } from './port.ts';

/**
 * The arm that a unit is in; at most one, since the arms of two experiments could not both decide on its model. Who is in
 * none of the first experiment may be in one of the next: hashes of their own keep them independent.
 *
 * @param maySatisfy whether the rule of an arm can be followed for this caller; who could not follow both arms of an
 *   experiment takes no part in it, or the arms would differ in more than their rules
 */
export function enrol(
  experiments: readonly StandingExperiment[],
  unit: Unit,
  maySatisfy: (rule: ArmRule) => boolean,
): ExperimentAssignment | null {
  for (const experiment of experiments) {
    if (!maySatisfy(experiment.control.rule) || !maySatisfy(experiment.treatment.rule)) continue;
    const assigned = assignArm(experiment, unit.key);
    if (assigned === null) continue;
    const { key, standing } = experiment;
    const arm = experiment[assigned.arm].name;
    return { experiment: key, run: standing.run, arm, cell: assigned.cell };
  }
  return null;
}

/** An arm that decides, and why it does, for the beginning of a sentence. */
export type ArmInForce = { readonly arm: Arm; readonly because: string };

/** The arm of who is in one, else what was concluded for everybody; null when neither is set up. */
export function armInForce(
  experiments: readonly StandingExperiment[],
  assignment: ExperimentAssignment | null,
): ArmInForce | null {
  if (assignment === null) return adoptedArm(experiments);
  const { experiment, arm: name } = assignment;
  const arm = armsOf(experiments.find(({ key }) => key === experiment)).find(isCalled(name));
  if (arm === undefined) return null;
  return { arm, because: `The experiment ${experiment} has this caller in its arm ${name}` };
}

/** Of several experiments that were concluded, the first that leads away from the router. */
function adoptedArm(experiments: readonly StandingExperiment[]): ArmInForce | null {
  for (const experiment of experiments) {
    const { state, adopted } = experiment.standing;
    const arm = armsOf(experiment).find(isCalled(adopted));
    if (state !== 'CONCLUDED' || arm === undefined || arm.rule.kind === 'router') continue;
    return { arm, because: `The experiment ${experiment.key} was concluded for ${arm.name}` };
  }
  return null;
}

function armsOf(experiment: StandingExperiment | undefined): readonly Arm[] {
  return experiment === undefined ? [] : [experiment.control, experiment.treatment];
}

function isCalled(wanted: string | null): (arm: Arm) => boolean {
  return ({ name }) => name === wanted;
}
