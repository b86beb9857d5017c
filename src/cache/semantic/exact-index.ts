import { nearestRows } from './nearest-rows.ts';
import type { VectorArena } from './vector-arena.ts';
import type { VectorIndex, VectorMatch } from './vector-index.ts';

/** An exact index, and the rows in which its vectors lie for an index beside it. */
export type ExactIndex = VectorIndex &
  Disposable & {
    readonly arena: VectorArena;
    rowOf(key: string): number | undefined;
    /** As they were added; one that is added while somebody reads comes too. */
    keys(): IterableIterator<string>;
    /** The nearest of these rows, which are its own. */
    nearestOf(rows: readonly number[], vector: Float32Array, count: number): readonly VectorMatch[];
  };

/** A key, its place among the others and that of its row; measured with Node 24. */
const KEY_BYTES = 96;

/**
 * Finds the true nearest ones, by a look at every vector: 0.7 ms for 30,000 of 384 dimensions (`npm run bench -- lookup`).
 * Cosines are right within 0.0002. Its vectors lie in `arena`, with those of others.
 */
export function exactIndex({ arena }: { arena: VectorArena }): ExactIndex {
  const rows: number[] = [];
  const positions = new Map<string, number>();

  function rowOf(key: string): number | undefined {
    const position = positions.get(key);
    return position === undefined ? undefined : rows[position];
  }

  function nearestOf(among: readonly number[], vector: Float32Array, count: number) {
    return nearestRows(arena, among, vector, count).map(({ row, similarity }) => ({
      key: arena.labelOf(row),
      similarity,
    }));
  }

  function remove(key: string): boolean {
    const position = positions.get(key);
    if (position === undefined) return false;
    const row = rows[position];
    const last = rows.pop();
    if (row === undefined || last === undefined) return false;
    if (last !== row) {
      rows[position] = last;
      positions.set(arena.labelOf(last), position);
    }
    positions.delete(key);
    arena.free(row);
    return true;
  }

  return {
    arena,
    get size() {
      return rows.length;
    },
    get bytes() {
      return rows.length * (arena.bytesPerRow + KEY_BYTES);
    },
    add(key, vector) {
      remove(key);
      const row = arena.put(key, vector);
      positions.set(key, rows.length);
      rows.push(row);
    },
    remove,
    nearest: (vector, count) => nearestOf(rows, vector, count),
    rowOf,
    keys: () => positions.keys(),
    nearestOf,
    [Symbol.dispose]() {
      for (const row of rows) arena.free(row);
      rows.length = 0;
      positions.clear();
    },
  };
}
