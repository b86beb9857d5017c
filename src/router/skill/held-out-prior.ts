import type { HeldOutSkill } from '../gain/gain-model.ts';
import { type Component, normalDensity } from './normal.ts';
import type { Estimate } from './uplift.ts';

/** What the prior needs of a held-out measurement. */
export type HeldOut = Pick<HeldOutSkill, 'uplift' | 'standardError'>;

/**
 * Of what a model promises for one kind of prompts that share comes true, and so far is it from that between kinds (a
 * standard deviation, by the random effects of DerSimonian and Laird 1986). Measured on held-out outcomes of the shipped
 * model in six clusters of prompts: docs/routing.md.
 */
const KEPT = 0.8;
const KEPT_SPREAD = 0.25;

/**
 * Mean familiarity up to which prompts count as foreign, and from which on as like the training, whose own held-out
 * prompts have one half. Plain questions to a model that was trained on examinations have .2 to .34.
 */
const FOREIGN = 0.35;
const LIKE = 0.45;

/** However familiar the prompts look, they may yet be foreign. */
const DOUBT = 0.03;

/**
 * What may be expected of the uplift before any outcome of these prompts is looked at, a robust meta-analytic-predictive
 * prior (Schmidli et al. 2014) of two parts:
 *
 * - The prompts are like those of the training. Then what the model promises for them is kept as far as such promises
 *   were on held-out outcomes, up to the spread between kinds of prompts and the error of the measurement.
 * - They are foreign after all. Then the model may be good or bad at them, by as much as it was good at its own.
 *
 * Null where their own outcomes are to decide alone: when the prompts are foreign by their mean familiarity, or when the
 * held-out outcomes, or the scores, promise nothing. The prior is to bridge the time until their own outcomes say it as
 * exactly; from then on it fades, so that a wrong one does no harm for good.
 *
 * @param prompts.promised what the scores promise for these prompts
 * @param prompts.seen what their outcomes say
 */
export function heldOutPrior(
  heldOut: HeldOut,
  prompts: { readonly promised: number; readonly familiarity: number; readonly seen: Estimate },
): readonly Component[] | null {
  const { promised, familiarity, seen } = prompts;
  const like = likeness(familiarity);
  if (like === 0 || !(heldOut.uplift > 0) || !(promised > 0)) return null;
  const error = promised * Math.hypot(KEPT_SPREAD, heldOut.standardError / heldOut.uplift);
  const fading = Math.max(1, (error / seen.standardError) ** 2);
  return [
    { weight: like, mean: KEPT * promised, deviation: error * fading },
    { weight: 1 - like, mean: 0, deviation: heldOut.uplift },
  ];
}

/** Probability that prompts of this mean familiarity are like those of the training. */
function likeness(familiarity: number): number {
  const share = (familiarity - FOREIGN) / (LIKE - FOREIGN);
  return Math.min(1 - DOUBT, Math.max(0, share));
}

/**
 * What is known of the uplift after its estimate was seen: each part of the prior moves to the estimate as far as it is
 * the more exact of the two, and gains or loses weight by how well it foretold it. So outcomes that contradict the
 * familiar part take its weight, and decide alone.
 */
export function afterSeeing(
  prior: readonly Component[],
  { value, standardError }: Estimate,
): readonly Component[] {
  const moved = prior.map(({ weight, mean, deviation }) => {
    const trust = deviation ** 2 / (deviation ** 2 + standardError ** 2);
    return {
      weight: weight * normalDensity(value, mean, Math.hypot(deviation, standardError)),
      mean: mean + trust * (value - mean),
      deviation: Math.sqrt(trust) * standardError,
    };
  });
  const sum = moved.reduce((total, { weight }) => total + weight, 0);
  // So far off that no part foretold it at all: the estimate stands alone.
  if (!(sum > 0)) return [{ weight: 1, mean: value, deviation: standardError }];
  return moved.map((each) => ({ ...each, weight: each.weight / sum }));
}
