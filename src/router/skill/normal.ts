/** A normal distribution that holds a share of a mixture. */
export type Component = {
  readonly weight: number;
  readonly mean: number;
  readonly deviation: number;
};

/** The 97.5 % quantile: what lies between its negative and itself is the middle 95 %. */
export const NORMAL_QUANTILE = 1.959964;

export function normalDensity(value: number, mean: number, deviation: number): number {
  const distance = (value - mean) / deviation;
  return Math.exp((-distance * distance) / 2) / (deviation * Math.sqrt(2 * Math.PI));
}

/** Chance of a value below `value`. */
export function mixtureShareBelow(components: readonly Component[], value: number): number {
  return components.reduce(
    (sum, { weight, mean, deviation }) => sum + weight * shareBelow((value - mean) / deviation),
    0,
  );
}

/** The value with that share of the mixture below it, found by halving. */
export function mixtureQuantile(components: readonly Component[], share: number): number {
  let low = Math.min(...components.map(({ mean, deviation }) => mean - 8 * deviation));
  let high = Math.max(...components.map(({ mean, deviation }) => mean + 8 * deviation));
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (mixtureShareBelow(components, middle) < share) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * The 97.5 % quantile of Student's t distribution: the expansion of Abramowitz and Stegun (1964), 26.7.5; off by
 * less than .001 from 20 degrees of freedom on.
 */
export function studentQuantile(degreesOfFreedom: number): number {
  const z = NORMAL_QUANTILE;
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  return z + first / degreesOfFreedom + second / degreesOfFreedom ** 2;
}

/** Of the standard normal distribution: Abramowitz and Stegun (1964), 7.1.26, off by less than 1e-7. */
function shareBelow(value: number): number {
  const x = Math.abs(value) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const polynomial =
    t *
    (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const above = (polynomial * Math.exp(-x * x)) / 2;
  return value < 0 ? above : 1 - above;
}
