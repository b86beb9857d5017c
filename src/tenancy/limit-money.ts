const NANO_USD = 1_000_000_000;

/** What a double holds for certain; behind it is the noise of decimal fractions. */
const CERTAIN_DIGITS = 15;

/**
 * An amount of USD in whole nano-dollars, rounded up. Sums of them are exact, in a double as in Redis, up to nine
 * million USD, which is what more than that counts as.
 */
export function nanoUsdOf(usd: number): number {
  const nanoUsd = Math.ceil(Number((usd * NANO_USD).toPrecision(CERTAIN_DIGITS)));
  return Math.min(nanoUsd, Number.MAX_SAFE_INTEGER);
}
