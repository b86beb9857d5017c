/** What was expected, and what came true; both 0..1. */
export type Forecast = { readonly expected: number; readonly true: number };

export type CalibrationError = {
  /**
   * Root of the mean squared difference between what was expected and what came true over the bins, less what chance
   * alone puts there: the debiased estimator of Kumar, Liang and Ma (2019). 0 where it is less than chance.
   */
  readonly error: number;
  /** Mean absolute difference over the bins, with all that chance puts there. */
  readonly uncorrected: number;
};

const BINS = 10;

/**
 * How far expectations are from what comes true, over several heads, each by bins of equal numbers.
 *
 * A few hundred forecasts leave some tens in a bin, whose mean is off by chance as much as a bad forecast would be: the
 * uncorrected error of a perfect head is .05 where there are 65 in a bin.
 */
export function calibrationError(heads: readonly (readonly Forecast[])[]): CalibrationError {
  const bins = heads.flatMap(binsOf);
  const mean = (of: (bin: Bin) => number) =>
    bins.reduce((sum, bin) => sum + of(bin), 0) / bins.length;
  const squared = mean(({ difference, chance }) => difference ** 2 - chance);
  return {
    error: Math.sqrt(Math.max(0, squared)),
    uncorrected: mean(({ difference }) => Math.abs(difference)),
  };
}

type Bin = {
  readonly difference: number;
  /** The square of the difference that is to be expected by chance alone. */
  readonly chance: number;
};

/** Bins differ in size by one at the most, and so count alike. */
function binsOf(forecasts: readonly Forecast[]): readonly Bin[] {
  const sorted = forecasts.toSorted((one, other) => one.expected - other.expected);
  return Array.from({ length: BINS }, (_, bin) => {
    const from = Math.round((bin * sorted.length) / BINS);
    const to = Math.round(((bin + 1) * sorted.length) / BINS);
    return binOf(sorted.slice(from, to));
  }).filter((bin) => bin !== null);
}

function binOf(forecasts: readonly Forecast[]): Bin | null {
  const count = forecasts.length;
  if (count < 2) return null;
  const errors = forecasts.map((forecast) => forecast.true - forecast.expected);
  const difference = errors.reduce((sum, error) => sum + error, 0) / count;
  const squares = errors.reduce((sum, error) => sum + (error - difference) ** 2, 0);
  return { difference, chance: squares / (count - 1) / count };
}
