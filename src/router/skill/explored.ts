/** A request whose model was picked by a coin, and what came of it. Qualities are 0..1. */
export type Explored = {
  /** Expected gain of the large model, as it was when the coin was tossed. */
  readonly score: number;
  /** 0..1: how like the prompts that the gain model was trained on the prompt is. */
  readonly familiarity: number;
  /** Quality of the small model's answer; null: it was not asked. At least one of the two is known. */
  readonly small: number | null;
  readonly large: number | null;
  /** With which probability the model that was asked was picked; 1 when both were asked. Above 0. */
  readonly propensity: number;
};

/**
 * An estimate for each request of how much better the large model answers it, right on average where each alone is not.
 *
 * Where both models were asked it is what was seen. Where one was asked, what it did beyond the mean of its model is
 * divided by the probability that it was asked, and the difference of the two means added: augmented inverse propensity
 * weighting (Robins, Rotnitzky and Zhao 1994), with the mean of a model as its control variate. A request does not count
 * in the mean that it is held against, which would bias it.
 */
export function gainsOf(explored: readonly Explored[]): Float64Array {
  const small = meanWithoutEach(explored, ({ small }) => small);
  const large = meanWithoutEach(explored, ({ large }) => large);
  return Float64Array.from(explored, (each) => {
    if (each.small !== null && each.large !== null) return each.large - each.small;
    const expectedSmall = small(each);
    const expectedLarge = large(each);
    const surprise =
      each.large === null
        ? expectedSmall - (each.small ?? expectedSmall)
        : each.large - expectedLarge;
    return expectedLarge - expectedSmall + surprise / each.propensity;
  });
}

/** The mean of a quality over all requests where it is known but the one that is asked for. */
function meanWithoutEach(
  explored: readonly Explored[],
  qualityOf: (each: Explored) => number | null,
): (each: Explored) => number {
  let sum = 0;
  let count = 0;
  for (const each of explored) {
    const quality = qualityOf(each);
    if (quality === null) continue;
    sum += quality;
    count += 1;
  }
  return (each) => {
    const quality = qualityOf(each);
    const others = quality === null ? count : count - 1;
    return others === 0 ? 0 : (sum - (quality ?? 0)) / others;
  };
}
