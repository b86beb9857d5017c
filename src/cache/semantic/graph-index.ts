import type { Index } from 'usearch';
import type { ExactIndex } from './exact-index.ts';
import type { VectorIndex } from './vector-index.ts';

/** A graph over some of the vectors of an exact index; it finds those alone. */
export type GraphIndex = VectorIndex & {
  /** How many it has. */
  readonly linked: number;
  /** Takes up a vector that the exact index has. */
  link(key: string): void;
};

export type OpenGraph = (vectors: ExactIndex) => GraphIndex;

/** What the graph holds for the nearest; which of them are is told by their exact cosines. */
const CANDIDATES = 128;

/** Neighbours of a vector in the graph: with twice as many in its lowest layer, they fill 128 bytes. */
const CONNECTIVITY = 13;

/** How many are kept in sight when one is added: with half as many, a fourth of the nearest is lost in a million. */
const EXPANSION = 256;

/** A vector's links, its key and its place; measured beside the vector itself, of a byte a dimension. */
const LINKS_BYTES = 400;

/**
 * Opens graphs (HNSW: Malkov and Yashunin 2016) of the library usearch; null on a platform for which it has no binary,
 * where an exact index has to do for any number.
 *
 * What is added goes into `vectors` as well, whose cosines are the ones that are given. `recall`, the share of the true
 * nearest four that are found, is 0.99 with 49,000 questions encoded by all-MiniLM-L6-v2. With vectors that are made up it
 * is 1.00 at 100,000, 0.99 at 300,000 and 0.83 at a million (`npm run bench -- lookup`). Where what is stored is replaced
 * over and over, it falls to 0.98.
 *
 * The graph keeps a byte a dimension. By that alone it finds 0.96; with the exact cosines after it as many as with 16 bits,
 * which would take half as much memory again.
 */
export async function loadGraphIndex(): Promise<OpenGraph | null> {
  try {
    const { Index, MetricKind, ScalarKind } = await import('usearch');
    return (vectors) =>
      graphIndex(vectors, () => {
        return new Index({
          dimensions: vectors.arena.dimensions,
          metric: MetricKind.Cos,
          quantization: ScalarKind.I8,
          connectivity: CONNECTIVITY,
          expansion_add: EXPANSION,
          expansion_search: CANDIDATES,
          multi: false,
        });
      });
  } catch {
    return null;
  }
}

function graphIndex(vectors: ExactIndex, open: () => Index): GraphIndex {
  const { arena } = vectors;
  const graph = open();
  const scratch = new Float32Array(arena.dimensions);
  /**
   * The graph's own numbers for rows, used again as soon as they are free. usearch never forgets a key that it had: when
   * it had as many as its table has slots, looking for one that is not there never ends.
   */
  const numberOfRow = new Map<number, number>();
  const rowOfNumber: number[] = [];
  const free: number[] = [];

  function unlink(key: string) {
    const row = vectors.rowOf(key);
    const number = row === undefined ? undefined : numberOfRow.get(row);
    if (row === undefined || number === undefined) return;
    graph.remove(nodeOf(number));
    numberOfRow.delete(row);
    free.push(number);
  }

  function link(key: string) {
    const row = vectors.rowOf(key);
    if (row === undefined || numberOfRow.has(row)) return;
    const number = free.pop() ?? rowOfNumber.length;
    rowOfNumber[number] = row;
    numberOfRow.set(row, number);
    arena.read(row, scratch);
    graph.add(nodeOf(number), scratch, ONE_THREAD);
  }

  function rowsOf(nodes: BigUint64Array): number[] {
    return Array.from(nodes, (node) => rowOfNumber[numberOf(node)] ?? 0);
  }

  return {
    get size() {
      return vectors.size;
    },
    get bytes() {
      return vectors.bytes + graph.size() * (arena.dimensions + LINKS_BYTES);
    },
    get linked() {
      return graph.size();
    },
    link,
    add(key, vector) {
      unlink(key);
      vectors.add(key, vector);
      link(key);
    },
    remove(key) {
      unlink(key);
      return vectors.remove(key);
    },
    nearest(vector, count) {
      const { keys } = graph.search(vector, Math.max(count, CANDIDATES), ONE_THREAD);
      return vectors.nearestOf(rowsOf(keys), vector, count);
    },
  };
}

/** More would wait for each other longer than they work. */
const ONE_THREAD = 1;

/**
 * A number as a key of the graph. It looks keys up in a table by their low bits and has to step over all that lie side by
 * side: with 34,000 numbers as they are, a removal takes 200 µs; spread out by an odd factor, less than 1 µs.
 */
function nodeOf(number: number): bigint {
  return BigInt(Math.imul(number, SPREAD) >>> 0);
}

function numberOf(node: bigint): number {
  return Math.imul(Number(node), GATHER) >>> 0;
}

/** 2^32 over the golden ratio, and its inverse: their product is 1 in 32 bits. */
const SPREAD = 0x9e3779b1;
const GATHER = 0x0e8b2f51;
