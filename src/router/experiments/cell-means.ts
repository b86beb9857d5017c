/** What one cell of an arm adds to the mean of the arm: the sum of some values, and how many they are. */
export type CellSum = { readonly sum: number; readonly count: number };

/** An estimate that is zero where a hypothesis holds, and its variance there. */
export type Deviation = { readonly estimate: number; readonly variance: number };

/**
 * How far the mean of the treatment is above that of the control; null while an arm has no values.
 *
 * The variance is cluster-robust and restricted: it is taken from how far each whole cell is off the mean that both arms would
 * have if they were equal. What one user does many times over is then one deviation, and not many. Arms that are
 * equal make deviations that are as likely up as down, and such a sum, divided by the root of its squares, is never
 * further out than a normal variable is bounded to be (Efron 1969): few values and heavy tails raise no alarm.
 * By the inequality of Cauchy and Schwarz the estimate is at most 2 / √(1/a + 1/b) standard errors above zero, for a and b
 * cells in the arms: a cell or two prove nothing, whatever they hold.
 *
 * The ratio estimator: Cochran, "Sampling Techniques", 1977, chapter 6. Restricted residuals of clusters: Cameron, Gelbach and
 * Miller, "Bootstrap-based improvements for inference with clustered errors", 2008.
 */
export function meanDeviation(
  control: readonly CellSum[],
  treatment: readonly CellSum[],
): Deviation | null {
  const [inControl, inTreatment] = [total(control), total(treatment)];
  if (inControl.count <= 0 || inTreatment.count <= 0) return null;
  const common = commonMean(control, treatment);
  return {
    estimate: differenceOf(mean(inTreatment), mean(inControl)),
    variance:
      varianceOfMean(control, common, inControl.count) +
      varianceOfMean(treatment, common, inTreatment.count),
  };
}

/** Of both arms, each for a half. NaN while one has no values. */
export function commonMean(control: readonly CellSum[], treatment: readonly CellSum[]): number {
  return (mean(total(control)) + mean(total(treatment))) / 2;
}

/**
 * The most that a cell of either arm counts for: as much as the median one. Else one user who makes half of the requests of
 * an arm, whatever happened to him, would hide what happened to all others.
 *
 * @param counts of the cells of both arms, so that it is the same for both
 */
export function largestCount(counts: readonly number[]): number {
  const some = counts.filter((count) => count > 0).sort((one, other) => one - other);
  return some[Math.floor(some.length / 2)] ?? 0;
}

/** What a cell is multiplied by that has so many. */
export function weightOf(count: number, largest: number): number {
  return count > largest ? largest / count : 1;
}

export function total(cells: readonly CellSum[]): CellSum {
  let sum = 0;
  let count = 0;
  for (const cell of cells) {
    sum += cell.sum;
    count += cell.count;
  }
  return { sum, count };
}

/** NaN without values. */
export function mean({ sum, count }: CellSum): number {
  return sum / count;
}

/**
 * Without what comes of rounding: where each request costs the same, it is all that two means and the deviations of cells
 * consist of.
 */
function differenceOf(one: number, other: number): number {
  const difference = one - other;
  const isRounding = Math.abs(difference) < 1e-9 * Math.max(Math.abs(one), Math.abs(other));
  return isRounding ? 0 : difference;
}

function varianceOfMean(cells: readonly CellSum[], common: number, count: number): number {
  let squares = 0;
  for (const cell of cells) squares += (cell.sum - common * cell.count) ** 2;
  return squares / count ** 2;
}
