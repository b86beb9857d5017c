import type { Opinion } from './experts.ts';
import { logOdds, probability } from './log-odds.ts';

/** How the mean of the opinions makes a calibrated probability. */
export type Calibration = {
  readonly both: Line;
  /** Where there is no vector, and so the opinion of the trees alone. */
  readonly alone: Line;
};

/** Log-odds of the probability from those of the opinion (Platt 1999). */
type Line = { readonly constant: number; readonly slope: number };

/** An opinion on a prompt that was not among those it was formed on, and how good the answer was, 0..1. */
export type Judged = { readonly opinion: Opinion; readonly quality: number };

export function fitCalibration(judged: readonly Judged[]): Calibration {
  const pairs = judged.map(({ opinion: { byTrees, byCentres }, quality }) => ({
    alone: logOdds(byTrees),
    both: byCentres === null ? null : meanOdds(byTrees, byCentres),
    quality,
  }));
  return {
    both: fitLine(
      pairs.flatMap(({ both, quality }) => (both === null ? [] : [{ odds: both, quality }])),
    ),
    alone: fitLine(pairs.map(({ alone, quality }) => ({ odds: alone, quality }))),
  };
}

export function calibrated({ both, alone }: Calibration, { byTrees, byCentres }: Opinion): number {
  if (byCentres === null) return onLine(alone, logOdds(byTrees));
  return onLine(both, meanOdds(byTrees, byCentres));
}

/**
 * Both count alike, for both models. Shares that are fitted to each model's answers foretell these a little better, and
 * their difference, the gain, worse.
 */
function meanOdds(byTrees: number, byCentres: number): number {
  return logOdds((byTrees + byCentres) / 2);
}

function onLine({ constant, slope }: Line, odds: number): number {
  return probability(constant + slope * odds);
}

const STEPS = 30;
/** As many outcomes have to speak against an opinion before it is changed by much. */
const PULL = 5;

/** Logistic regression by Newton's method, with a Gaussian prior around leaving the opinion as it is. */
function fitLine(pairs: readonly { readonly odds: number; readonly quality: number }[]): Line {
  let line: Line = { constant: 0, slope: 1 };
  for (let step = 0; step < STEPS; step += 1) {
    const slopes = { constant: -PULL * line.constant, slope: -PULL * (line.slope - 1) };
    const curves = { constant: PULL, both: 0, slope: PULL };
    for (const { odds, quality } of pairs) {
      const expected = onLine(line, odds);
      const weight = expected * (1 - expected);
      slopes.constant += quality - expected;
      slopes.slope += (quality - expected) * odds;
      curves.constant += weight;
      curves.both += weight * odds;
      curves.slope += weight * odds * odds;
    }
    const determinant = curves.constant * curves.slope - curves.both ** 2;
    const { constant, slope } = line;
    line = {
      constant:
        constant + (curves.slope * slopes.constant - curves.both * slopes.slope) / determinant,
      slope: slope + (curves.constant * slopes.slope - curves.both * slopes.constant) / determinant,
    };
  }
  return line;
}
