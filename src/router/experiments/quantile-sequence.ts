import { type CellState, firstTextStep, msOfStep } from '../../telemetry/arm-state.ts';
import {
  type CellSum,
  type Deviation,
  largestCount,
  meanDeviation,
  weightOf,
} from './cell-means.ts';
import { highestWhere } from './highest-where.ts';

/** The times to the first text of an arm. */
export type FirstTexts = {
  /** How many there are. */
  readonly count: number;
  /** What they count for, no cell more than the median one: together, and each cell by itself. */
  readonly all: Times;
  readonly cells: readonly Times[];
};

type Times = {
  readonly count: number;
  /** At the index of a step: how many of the times are in it or in a lower one. */
  readonly upTo: readonly number[];
};

/** Where each possible threshold lies, in steps: below the first, and not above a day. */
const LOWEST = -1;
const HIGHEST = firstTextStep(24 * 60 * 60 * 1_000);

export function firstTextsOf(
  control: readonly CellState[],
  treatment: readonly CellState[],
): { readonly control: FirstTexts; readonly treatment: FirstTexts } {
  const [ofControl, ofTreatment] = [control.map(timesOf), treatment.map(timesOf)];
  const largest = largestCount([...ofControl, ...ofTreatment].map(({ count }) => count));
  return { control: together(ofControl, largest), treatment: together(ofTreatment, largest) };
}

function together(times: readonly Times[], largest: number): FirstTexts {
  const number = times.reduce((sum, { count }) => sum + count, 0);
  const cells = times.map(({ count, upTo }) => {
    const weight = weightOf(count, largest);
    return { count: weight * count, upTo: upTo.map((each) => weight * each) };
  });
  const longest = Math.max(0, ...cells.map(({ upTo }) => upTo.length));
  const upTo = Array.from({ length: longest }, (_, step) =>
    cells.reduce((sum, each) => sum + countUpTo(each, step), 0),
  );
  return { count: number, all: { count: upTo.at(-1) ?? 0, upTo }, cells };
}

/** The time that `slowShare` of the first texts came after, in milliseconds; null without any. */
export function slowestOf({ count, all }: FirstTexts, slowShare: number): number | null {
  if (count === 0) return null;
  const threshold = highestWhere((at) => shareAfter(all, at) > slowShare, LOWEST, HIGHEST);
  return threshold === null ? null : msOfStep(threshold);
}

/**
 * How far the treatment is from this hypothesis: the time that `slowShare` of its first texts come after is `ratio` times that
 * of the control. Above zero it is slower; null while an arm has no first text.
 *
 * Where the hypothesis holds, some threshold is passed by `slowShare` of the control, and `ratio` times that threshold by as
 * many of the treatment. The threshold is taken where it holds for both arms together; the estimate is by how much the
 * share of the treatment is then larger. A quantile so becomes a mean of zeros and ones, and is found without a density
 * and without a moment of the times, which may have tails as heavy as they like (the idea: Howard and Ramdas, "Sequential
 * estimation of quantiles with applications to A/B testing and best-arm identification", 2022). Within a step times are
 * taken to be spread evenly, so that differences below a tenth may be due to the steps.
 */
export function slownessDeviation(
  control: FirstTexts,
  treatment: FirstTexts,
  slowShare: number,
  ratio: number,
): Deviation | null {
  if (control.count === 0 || treatment.count === 0) return null;
  const shift = stepsOf(ratio);
  const passesMore = (at: number) =>
    shareAfter(control.all, at) + shareAfter(treatment.all, at + shift) > 2 * slowShare;
  const threshold = highestWhere(passesMore, LOWEST - Math.abs(shift), HIGHEST + Math.abs(shift));
  if (threshold === null) return null;
  return meanDeviation(
    control.cells.map((times) => sumAfter(times, threshold)),
    treatment.cells.map((times) => sumAfter(times, threshold + shift)),
  );
}

function timesOf({ firstTextSteps, firstTextCounts }: CellState): Times {
  const upTo = Array<number>(Math.max(-1, ...firstTextSteps) + 1).fill(0);
  firstTextSteps.forEach((step, index) => {
    upTo[step] = (upTo[step] ?? 0) + (firstTextCounts[index] ?? 0);
  });
  let count = 0;
  upTo.forEach((inStep, step) => {
    count += inStep;
    upTo[step] = count;
  });
  return { count, upTo };
}

function stepsOf(ratio: number): number {
  return Math.log(ratio) / Math.log(msOfStep(1));
}

function shareAfter(times: Times, at: number): number {
  return sumAfter(times, at).sum / times.count;
}

/** How many of how many times are longer than that of a place among the steps. */
function sumAfter(times: Times, at: number): CellSum {
  const step = Math.floor(at);
  const below = countUpTo(times, step);
  const within = countUpTo(times, step + 1) - below;
  return { sum: times.count - below - within * (at - step), count: times.count };
}

function countUpTo({ upTo, count }: Times, step: number): number {
  return step < 0 ? 0 : (upTo[step] ?? count);
}
