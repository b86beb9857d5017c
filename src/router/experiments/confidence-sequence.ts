import type { Deviation } from './cell-means.ts';

/**
 * How the evidence is spread over sizes of the effect: most on the size that is worth finding, the rest on one 25 times as
 * large, so that a model of which all requests fail is found within eight cells.
 */
const MIXTURE = [
  { times: 1, weight: 0.8 },
  { times: 25, weight: 0.2 },
] as const;

/**
 * The evidence that what is estimated is above zero, as an e-value: while it is not, the chance that the evidence ever
 * comes to 1/α, looked at as often as one likes, is at most α. It may be looked at after every request.
 *
 * It is the one-sided normal mixture (Robbins 1970; Howard, Ramdas, McAuliffe and Sekhon, "Time-uniform, nonparametric,
 * nonasymptotic confidence sequences", 2021), with estimated variances as in the asymptotic confidence sequences of
 * Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, "Time-uniform central limit theory and asymptotic confidence sequences",
 * 2024, whose one-sided bound it gives for a single size. What the estimate is above of is above zero for the reader to
 * choose: the values for which the evidence is below 1/α make the confidence sequence.
 *
 * @param effect the size of the effect that is worth finding, in the unit of the estimate; wrong by a factor of three it
 *   costs some more requests and nothing else
 */
export function evidenceAbove({ estimate, variance }: Deviation, effect: number): number {
  if (!(estimate > 0) || !(variance > 0)) return 0;
  const squaredZ = estimate ** 2 / variance;
  let evidence = 0;
  for (const { times, weight } of MIXTURE) {
    const information = (times * effect) ** 2 / variance;
    const exponent = (squaredZ * information) / (1 + information) / 2;
    // The probability of the half-normal mixture, Φ(u), is replaced by 1 - exp(-u² / 2) / 2, which is below it.
    evidence += (weight * (2 * Math.exp(exponent) - 1)) / Math.sqrt(1 + information);
  }
  return evidence;
}
