import type { SplitVector } from './split-vector.ts';
import { BATCH, QUERY_BITS, ROW_BITS, type VectorArena } from './vector-arena.ts';

export type RowMatch = { readonly row: number; readonly similarity: number };

/**
 * Of `rows`, the at most `count` whose cosine to `vector` is greatest, the greatest first. It misses none: the products
 * of the high parts say for each row between which bounds its cosine lies, and what may still be among the greatest by
 * that is multiplied in full.
 */
export function nearestRows(
  arena: VectorArena,
  rows: readonly number[],
  vector: Float32Array,
  count: number,
): readonly RowMatch[] {
  const query = arena.query(vector);
  const candidates = candidatesAmong(arena, rows, query, count);
  const similarities = similaritiesOf(arena, candidates, query);
  return candidates
    .map((row, at) => ({ row, similarity: similarities[at] ?? 0 }))
    .sort((one, other) => other.similarity - one.similarity)
    .slice(0, count);
}

/** More than the length of a row that was rounded is off from 1, and than all else that is rounded. */
const SLACK = 1e-4;

/**
 * The rows whose upper bound is not below the lower bounds of `count` others.
 *
 * A product of q and r is that of their high parts, off by at most |q.high|·|r.low| + |q.low|·|r| (Cauchy-Schwarz).
 */
function candidatesAmong(
  arena: VectorArena,
  rows: readonly number[],
  query: SplitVector,
  count: number,
): readonly number[] {
  if (rows.length <= count) return rows;
  const { units, lowLengths } = arena;
  const perProduct = query.unit * 2 ** (QUERY_BITS + ROW_BITS);
  const highLength = 1 + query.lowLength;
  const candidates: number[] = [];
  const upperBounds: number[] = [];
  const lowerBounds = greatest(count);
  let least = lowerBounds.least();
  for (let start = 0; start < rows.length; start += BATCH) {
    const products = arena.products(query.high, 'high', rows, start);
    for (let at = 0; at < products.length; at += 1) {
      const row = rows[start + at] ?? 0;
      const guess = (products[at] ?? 0) * perProduct * (units[row] ?? 0);
      const margin = highLength * (lowLengths[row] ?? 0) + query.lowLength + SLACK;
      if (guess + margin < least) continue;
      candidates.push(row);
      upperBounds.push(guess + margin);
      lowerBounds.offer(guess - margin);
      least = lowerBounds.least();
    }
  }
  return candidates.filter((_, at) => (upperBounds[at] ?? 0) >= least);
}

/** Keeps the greatest `count` numbers of those that are offered. */
function greatest(count: number) {
  const kept: number[] = [];
  return {
    /** The least of them; as long as there are fewer, anything is among them. */
    least: () => (kept.length < count ? -Infinity : (kept.at(-1) ?? Infinity)),
    offer(number: number) {
      if (kept.length === count) {
        if (number <= (kept.at(-1) ?? Infinity)) return;
        kept.pop();
      }
      let at = kept.length;
      while (at > 0 && (kept[at - 1] ?? 0) < number) at -= 1;
      kept.splice(at, 0, number);
    },
  };
}

/** The cosines in full. */
function similaritiesOf(
  arena: VectorArena,
  rows: readonly number[],
  { high, low, unit }: SplitVector,
): Float64Array {
  const similarities = new Float64Array(rows.length);
  for (let start = 0; start < rows.length; start += BATCH) {
    addProducts(high, 'high', 2 ** (QUERY_BITS + ROW_BITS), start);
    addProducts(high, 'low', 2 ** QUERY_BITS, start);
    addProducts(low, 'high', 2 ** ROW_BITS, start);
    addProducts(low, 'low', 1, start);
  }

  function addProducts(bytes: Int8Array, part: 'high' | 'low', worth: number, start: number) {
    for (const [at, product] of arena.products(bytes, part, rows, start).entries()) {
      const row = rows[start + at] ?? 0;
      const known = similarities[start + at] ?? 0;
      similarities[start + at] = known + product * worth * unit * (arena.units[row] ?? 0);
    }
  }

  return similarities;
}
