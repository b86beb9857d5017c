/**
 * Decision trees whose answers add up. Nodes lie in the order in which a walk from the root meets them, the lower side
 * first: the node after a split is where rows go that are not above it. Numbers of one node have one index.
 */
export type Trees = {
  /** What is answered before any tree is asked. */
  readonly base: number;
  /** Index of each tree's first node. */
  readonly roots: Uint32Array;
  /** The column that a split looks at. */
  readonly columns: Uint16Array;
  /** Of a split the highest number of its lower side; of a leaf what it adds. */
  readonly values: Float32Array;
  /** How many nodes further on the upper side of a split lies; 0: a leaf. */
  readonly skips: Uint16Array;
};

/** @param row one number a column */
export function sumOfTrees(
  { base, roots, columns, values, skips }: Trees,
  row: Float32Array,
): number {
  let sum = base;
  for (let tree = 0; tree < roots.length; tree += 1) {
    let at = roots[tree] ?? 0;
    let skip = skips[at] ?? 0;
    while (skip > 0) {
      at += (row[columns[at] ?? 0] ?? 0) > (values[at] ?? 0) ? skip : 1;
      skip = skips[at] ?? 0;
    }
    sum += values[at] ?? 0;
  }
  return sum;
}
