import type { CellState } from '../../telemetry/arm-state.ts';
import {
  type CellSum,
  commonMean,
  type Deviation,
  largestCount,
  mean,
  meanDeviation,
  total,
  weightOf,
} from './cell-means.ts';
import type { GuardrailName, Measured } from './guardrail-finding.ts';
import {
  type FirstTexts,
  firstTextsOf,
  slowestOf,
  slownessDeviation,
} from './quantile-sequence.ts';

/** What one guardrail watches in two arms. */
export type Watch = {
  readonly control: Measured;
  readonly treatment: Measured;
  /**
   * How far the arms are from the treatment being worse by exactly so much, in the unit of the tolerance; above zero: it is
   * worse still. Null while there is nothing to compare.
   */
  readonly deviationAt: (worseBy: number) => Deviation | null;
  /** The size of a deviation that is worth finding. */
  readonly effect: number;
  /** No treatment is worse by less, or by more. */
  readonly lowest: number;
  readonly highest: number;
};

type Cells = readonly CellState[];

export const WATCHES: {
  readonly [Name in GuardrailName]: (control: Cells, treatment: Cells) => Watch;
} = {
  errorRate: (control, treatment) => watchShare(evenOut(control, treatment, failures), 0.02),
  firstTextP95: watchFirstTexts,
  cost: (control, treatment) => watchRatio(evenOut(control, treatment, costs), 0.2),
  rating: watchRatings,
};

const SLOW_SHARE = 0.05;

/** Arms that differ more than this differ in more than their model. */
const RATIOS = { lowest: 0.01 - 1, highest: 1_000 - 1 };

function watchRatings(control: Cells, treatment: Cells): Watch {
  const watch = watchShare(evenOut(control, treatment, badRatings), 0.05);
  // The share of bad ratings is watched, and that of good ones is told.
  return { ...watch, control: inverted(watch.control), treatment: inverted(watch.treatment) };
}

/** A share that is the worse the larger it is, and by how much it is larger. */
function watchShare({ control, treatment }: Sums, effect: number): Watch {
  return {
    control: measured(control),
    treatment: measured(treatment),
    deviationAt: (worseBy) =>
      meanDeviation(
        control.cells,
        treatment.cells.map(({ sum, count }) => ({ sum: sum - worseBy * count, count })),
      ),
    effect,
    lowest: -1,
    highest: 1,
  };
}

/** A mean above zero, and by how many times it is larger. Deviations are in parts of the mean, so that any unit will do. */
function watchRatio({ control, treatment }: Sums, effect: number): Watch {
  return {
    control: measured(control),
    treatment: measured(treatment),
    deviationAt: (worseBy) => {
      const scaled = treatment.cells.map(({ sum, count }) => ({ sum: sum / (1 + worseBy), count }));
      const deviation = meanDeviation(control.cells, scaled);
      return deviation && inParts(deviation, commonMean(control.cells, scaled));
    },
    effect,
    ...RATIOS,
  };
}

function watchFirstTexts(control: Cells, treatment: Cells): Watch {
  const firstTexts = firstTextsOf(control, treatment);
  return {
    control: slowest(firstTexts.control),
    treatment: slowest(firstTexts.treatment),
    deviationAt: (worseBy) =>
      slownessDeviation(firstTexts.control, firstTexts.treatment, SLOW_SHARE, 1 + worseBy),
    effect: 0.03,
    ...RATIOS,
  };
}

function slowest(firstTexts: FirstTexts): Measured {
  return { value: slowestOf(firstTexts, SLOW_SHARE), count: firstTexts.count };
}

function failures({ failures: sum, requests: count }: CellState): CellSum {
  return { sum, count };
}

function costs({ costUsd: sum, priced: count }: CellState): CellSum {
  return { sum, count };
}

function badRatings({ ratings, goodRatings }: CellState): CellSum {
  return { sum: ratings - goodRatings, count: ratings };
}

type Sums = { readonly control: ArmSums; readonly treatment: ArmSums };

type ArmSums = {
  /** How many values, and what each cell counts for. */
  readonly count: number;
  readonly cells: readonly CellSum[];
};

function evenOut(control: Cells, treatment: Cells, sumOf: (cell: CellState) => CellSum): Sums {
  const [inControl, inTreatment] = [control.map(sumOf), treatment.map(sumOf)];
  const largest = largestCount([...inControl, ...inTreatment].map(({ count }) => count));
  return { control: limited(inControl, largest), treatment: limited(inTreatment, largest) };
}

function limited(cells: readonly CellSum[], largest: number): ArmSums {
  return {
    count: total(cells).count,
    cells: cells.map(({ sum, count }) => {
      const weight = weightOf(count, largest);
      return { sum: weight * sum, count: weight * count };
    }),
  };
}

function measured({ count, cells }: ArmSums): Measured {
  return { value: count > 0 ? mean(total(cells)) : null, count };
}

function inverted({ value, count }: Measured): Measured {
  return { value: value === null ? null : 1 - value, count };
}

function inParts({ estimate, variance }: Deviation, whole: number): Deviation {
  return { estimate: estimate / whole, variance: variance / whole ** 2 };
}
