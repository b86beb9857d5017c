/** Of vectors of length 1; not a number when one of them is missing. */
export function cosine(one: Float32Array, other: Float32Array | undefined): number {
  return one.reduce((sum, number, at) => sum + number * (other?.[at] ?? Number.NaN), 0);
}
