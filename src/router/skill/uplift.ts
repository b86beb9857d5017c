/** An estimate, and how far it may be off. */
export type Estimate = { readonly value: number; readonly standardError: number };

/**
 * What the scores add to the mean quality over a random split with the same share of the large model, averaged over all
 * shares: the mean of gain * (rank of the score - 1/2), ranks from 0 to 1, equal scores with equal ranks. Divided by the
 * mean gain, and 1/2 added, it is the area under the curve of recovered gain (APGR of RouteLLM, Ong et al. 2024).
 *
 * It is a two-sample U statistic; the standard error comes from what each request adds to it by its own gain and by the
 * ranks of the others (Hoeffding 1948; as DeLong et al. 1988 have it for areas under curves). It holds for equal scores
 * and for gains of any distribution. NaN of fewer than two requests.
 *
 * @param gains of the large model, one a score
 */
export function upliftOf(scores: ArrayLike<number>, gains: ArrayLike<number>): Estimate {
  const count = scores.length;
  const meanGain = sumOf(gains) / count;
  const centred = Float64Array.from(gains, (gain) => gain - meanGain);
  const { ranks, above } = ranksOf(scores, centred);
  const value = sumOf(centred.map((gain, at) => gain * ((ranks[at] ?? 0) - 0.5))) / count;
  const influences = centred.map((gain, at) => gain * ((ranks[at] ?? 0) - 0.5) + (above[at] ?? 0));
  const middle = sumOf(influences) / count;
  const squares = sumOf(influences.map((influence) => (influence - middle) ** 2));
  return { value, standardError: Math.sqrt(squares / (count * (count - 1))) };
}

/** The uplift if all gains were as the scores expect them. */
export function promisedUplift(scores: ArrayLike<number>): number {
  return upliftOf(scores, scores).value;
}

/**
 * The rank of each score among all, 0..1, and the sum of `weights` over the requests with a higher one (half of it over
 * those with an equal one), divided by the number of requests.
 */
function ranksOf(scores: ArrayLike<number>, weights: ArrayLike<number>) {
  const count = scores.length;
  const scoreAt = (at: number) => scores[at] ?? 0;
  const order = Uint32Array.from(scores, (_, at) => at).sort((a, b) => scoreAt(a) - scoreAt(b));
  const ranks = new Float64Array(count);
  const above = new Float64Array(count);
  let left = sumOf(weights);
  for (let from = 0; from < count; ) {
    let to = from;
    while (to < count && scoreAt(order[to] ?? 0) === scoreAt(order[from] ?? 0)) to += 1;
    const equal = order.subarray(from, to);
    const weight = sumOf(Float64Array.from(equal, (at) => weights[at] ?? 0));
    left -= weight;
    for (const at of equal) {
      ranks[at] = (from + to) / 2 / count;
      above[at] = (left + weight / 2) / count;
    }
    from = to;
  }
  return { ranks, above };
}

function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < values.length; at += 1) sum += values[at] ?? 0;
  return sum;
}
