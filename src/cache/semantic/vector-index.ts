/**
 * The vectors of one partition, and the nearest of them. `test/contract/vector-index.ts` runs against every adapter.
 *
 * What callers may rely on:
 * - `add` copies the vector; one that is added under a key that is there takes its place.
 * - After `remove` the vector is gone: it is not found any more, and its memory is used again.
 * - `nearest` gives at most `count` matches, the most similar first. Similarities are cosines within 0.001. An exact
 *   index finds the true nearest ones; an approximate one says how often it does (`recall` in its docstring).
 * - Every call is synchronous and takes less than 10 ms at the sizes that the index is meant for.
 */
export type VectorIndex = {
  readonly size: number;
  /** What the vectors and what leads to them take. */
  readonly bytes: number;
  add(key: string, vector: Float32Array): void;
  /** False: it was not there. */
  remove(key: string): boolean;
  nearest(vector: Float32Array, count: number): readonly VectorMatch[];
};

export type VectorMatch = { readonly key: string; readonly similarity: number };
