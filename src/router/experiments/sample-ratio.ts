import { type ArmState, CELLS } from '../../telemetry/arm-state.ts';
import { type CellSum, meanDeviation } from './cell-means.ts';
import { evidenceAbove } from './confidence-sequence.ts';

export type SampleRatio = {
  /** Requests of each arm. */
  readonly control: number;
  readonly treatment: number;
  /** Whether they are too unequal for chance. */
  readonly mismatch: boolean;
  /** For a person; null without a mismatch. */
  readonly reason: string | null;
};

/** The chance that arms of equal shares are ever said to mismatch, however often they are looked at. */
const FALSE_ALARM_RATE = 0.001;

/** An imbalance that is worth finding, as a difference of logarithms: about 5 %. */
const EFFECT = 0.05;

/**
 * Whether the two arms of a run, which have equal shares, count as many requests as that makes likely. A mismatch says that
 * the arms differ in more than their model: who is assigned is counted wrongly, or the treatment itself makes users ask
 * more often or not at all. While there is one, no share should be raised, and no comparison be trusted.
 *
 * May be asked as often as one likes. Cells are compared and not requests, since who makes a thousand requests is in one arm
 * by one throw of the coin; and their logarithms, in which he does not hide that others are missing.
 */
export function sampleRatio(control: ArmState, treatment: ArmState): SampleRatio {
  const [inControl, inTreatment] = [requestsOf(control), requestsOf(treatment)];
  const mismatch = isMismatch(control, treatment);
  return {
    control: inControl,
    treatment: inTreatment,
    mismatch,
    reason: mismatch
      ? `Sample ratio: ${inTreatment} requests in the treatment and ${inControl} in the control, which have equal shares.`
      : null,
  };
}

function isMismatch(control: ArmState, treatment: ArmState): boolean {
  const deviation = meanDeviation(logarithms(control), logarithms(treatment));
  if (deviation === null) return false;
  const { estimate, variance } = deviation;
  const evidence = evidenceAbove({ estimate: Math.abs(estimate), variance }, EFFECT);
  // Either arm may be the larger one: each has half of the chance to be wrong.
  return evidence >= 2 / FALSE_ALARM_RATE;
}

/** Of each cell there is: one that counted nothing says something too. */
function logarithms({ cells }: ArmState): readonly CellSum[] {
  const sums = Array<CellSum>(CELLS).fill({ sum: 0, count: 1 });
  for (const { cell, requests } of cells) sums[cell] = { sum: Math.log1p(requests), count: 1 };
  return sums;
}

function requestsOf({ cells }: ArmState): number {
  return cells.reduce((sum, { requests }) => sum + requests, 0);
}
