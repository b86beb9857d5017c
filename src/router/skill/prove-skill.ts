import { type Explored, gainsOf } from './explored.ts';
import { afterSeeing, type HeldOut, heldOutPrior } from './held-out-prior.ts';
import { mixtureQuantile, NORMAL_QUANTILE, studentQuantile } from './normal.ts';
import { type Estimate, promisedUplift, upliftOf } from './uplift.ts';

/** What is known of how much better than a coin the model's choices are. Qualities are 0..1. */
export type Skill = {
  /** How many explored requests that is measured on. */
  readonly explored: number;
  /**
   * What is added to the mean quality over a random split that asks the large model as often, averaged over all shares
   * of the large model.
   */
  readonly uplift: number;
  /** 95 % interval of it. */
  readonly low: number;
  readonly high: number;
  /** The interval lies above 0. */
  readonly proven: boolean;
  /** One sentence for a person. */
  readonly statement: string;
};

/** On fewer explored requests nothing is proven: neither an interval nor a mean familiarity says much yet. */
const LEAST_EXPLORED = 30;

/**
 * Whether the model's choices beat a random split on the prompts of this gateway. A model without any skill is called
 * proven by the explored requests alone in at most 2.5 of 100 cases, at any one moment.
 *
 * @param explored scored before their outcomes could be learned from, and in no training of the model: an outcome that
 *   counts as held-out, too, would count twice
 * @param options.heldOut of the gain model that gave the scores: counts as far as the explored prompts are like those
 *   that it was trained on, and as far as their outcomes do not contradict it. Null when it was trained on other models
 *   than those that were asked: then the explored requests decide alone.
 */
export function proveSkill(
  explored: readonly Explored[],
  options: { readonly heldOut: HeldOut | null },
): Skill {
  if (explored.length < LEAST_EXPLORED) return tooFew(explored.length);
  const scores = explored.map(({ score }) => score);
  const seen = widened(upliftOf(scores, gainsOf(explored)), explored.length);
  const prior =
    options.heldOut === null
      ? null
      : heldOutPrior(options.heldOut, {
          promised: promisedUplift(scores),
          familiarity: meanOf(explored.map(({ familiarity }) => familiarity)),
          seen,
        });
  if (prior === null) return stated(explored.length, seen, intervalOf(seen), false);
  const known = afterSeeing(prior, seen);
  const together = {
    uplift: known.reduce((sum, { weight, mean }) => sum + weight * mean, 0),
    low: mixtureQuantile(known, 0.025),
    high: mixtureQuantile(known, 0.975),
  };
  return stated(explored.length, seen, together, true);
}

type Interval = Pick<Skill, 'uplift' | 'low' | 'high'>;

/**
 * With an error so large that the normal interval around it is that of Student's t; and never less than if one request
 * alone had a gain of 1, so that outcomes that are all equal prove nothing.
 */
function widened({ value, standardError }: Estimate, count: number): Estimate {
  const least = 1 / (Math.sqrt(12) * count);
  const factor = studentQuantile(count - 2) / NORMAL_QUANTILE;
  return { value, standardError: factor * Math.max(standardError, least) };
}

function intervalOf({ value, standardError }: Estimate): Interval {
  const reach = NORMAL_QUANTILE * standardError;
  return { uplift: value, low: value - reach, high: value + reach };
}

function stated(explored: number, seen: Estimate, known: Interval, withHeldOut: boolean): Skill {
  const proven = known.low > 0;
  const skill = proven ? 'Proven skill' : 'No proven skill';
  const base = `${skill}: over ${explored} explored requests the gain over a random split is ${inPoints(intervalOf(seen))}`;
  const together = withHeldOut
    ? `; with what the model showed on held-out outcomes of like prompts it is ${inPoints(known)}`
    : '';
  return { explored, ...known, proven, statement: `${base}${together}.` };
}

function tooFew(explored: number): Skill {
  const statement = `No proven skill: ${explored} explored requests with an outcome are too few, ${LEAST_EXPLORED} are needed.`;
  return { explored, uplift: 0, low: -1, high: 1, proven: false, statement };
}

function inPoints({ uplift, low, high }: Interval): string {
  return `${points(uplift)} points, 95 % interval ${points(low)} to ${points(high)}`;
}

function points(quality: number): string {
  const rounded = (100 * quality).toFixed(1);
  return quality >= 0 ? `+${rounded}` : rounded;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
