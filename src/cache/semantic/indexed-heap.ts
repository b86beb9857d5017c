/**
 * Small whole numbers, each with a rank, by which the one of the least rank is found at once (a binary heap). Every other
 * method takes a time that grows with the logarithm of their number.
 */
export type IndexedHeap = {
  /** The number of the least rank. */
  first(): number | undefined;
  /** Undefined: it is not there. */
  rankOf(id: number): number | undefined;
  /** Puts it in, or gives it another rank. */
  set(id: number, rank: number): void;
  remove(id: number): void;
  clear(): void;
};

export function indexedHeap(): IndexedHeap {
  /** No number has a lesser rank than that at half its position. */
  const ids: number[] = [];
  const positions: number[] = [];
  const ranks: number[] = [];

  function rankAt(position: number): number {
    const id = ids[position];
    return id === undefined ? Infinity : (ranks[id] ?? Infinity);
  }

  const isThere = (id: number) => (positions[id] ?? NOWHERE) !== NOWHERE;

  function place(id: number, position: number) {
    ids[position] = id;
    positions[id] = position;
  }

  function settle(id: number, from: number) {
    const rank = ranks[id] ?? 0;
    place(id, sink(rank, rise(rank, from)));
  }

  /** Makes room towards the first for what has this rank, and gives the position. */
  function rise(rank: number, from: number): number {
    let position = from;
    while (position > 0) {
      const parent = (position - 1) >> 1;
      if (rankAt(parent) <= rank) break;
      place(ids[parent] ?? NOWHERE, position);
      position = parent;
    }
    return position;
  }

  /** The same away from the first. */
  function sink(rank: number, from: number): number {
    let position = from;
    for (;;) {
      const left = 2 * position + 1;
      const child = rankAt(left + 1) < rankAt(left) ? left + 1 : left;
      if (rankAt(child) >= rank) return position;
      place(ids[child] ?? NOWHERE, position);
      position = child;
    }
  }

  return {
    first: () => ids[0],
    rankOf: (id) => (isThere(id) ? ranks[id] : undefined),
    set(id, rank) {
      ranks[id] = rank;
      settle(id, isThere(id) ? (positions[id] ?? 0) : ids.length);
    },
    remove(id) {
      if (!isThere(id)) return;
      const position = positions[id] ?? 0;
      positions[id] = NOWHERE;
      const last = ids.pop();
      if (last !== undefined && last !== id) settle(last, position);
    },
    clear() {
      ids.length = 0;
      positions.length = 0;
      ranks.length = 0;
    },
  };
}

const NOWHERE = -1;
