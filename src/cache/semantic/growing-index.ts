import type { Clock } from '../../domain/clock.ts';
import type { ExactIndex } from './exact-index.ts';
import type { GraphIndex, OpenGraph } from './graph-index.ts';
import type { VectorIndex } from './vector-index.ts';

export type GrowingIndexOptions = {
  /** Empty, and nobody else's. */
  readonly vectors: ExactIndex;
  /** Null: there are no graphs on this platform. */
  readonly openGraph: OpenGraph | null;
  readonly clock: Pick<Clock, 'elapsed'>;
  /** Runs a step of a few milliseconds when others have had their turn. */
  readonly later: (step: () => void) => void;
  /** A graph is built when there are more. */
  readonly exactUpTo?: number;
};

/**
 * To scan as many takes 0.7 ms, which leaves an encoder its time. A graph takes 0.3 ms at any number, but nearly
 * as much memory again, and it finds only nearly all (`npm run bench -- lookup`).
 */
const EXACT_UP_TO = 30_000;

const STEP_MS = 2;

/**
 * An exact index with few vectors, a graph above it with many.
 *
 * The graph is built in small steps, and the exact index serves until it is whole. At half the number the graph is
 * dropped again. The exact index stays throughout: it has the exact cosines, and what a graph is built from. When a
 * graph fails, the exact index goes on alone.
 *
 * `recall` is 1 without a graph, and that of the graph (`graph-index.ts`) with one.
 */
export function growingIndex(options: GrowingIndexOptions): VectorIndex & Disposable {
  const { vectors, clock, later, exactUpTo = EXACT_UP_TO } = options;
  let { openGraph } = options;
  let graph: GraphIndex | null = null;

  function adapt() {
    if (vectors.size <= exactUpTo / 2) graph = null;
    if (graph !== null || openGraph === null || vectors.size <= exactUpTo) return;
    const open = openGraph;
    graph = orWithoutGraph(
      () => open(vectors),
      () => null,
    );
    if (graph !== null) linkSoon(graph, vectors.keys());
  }

  function linkSoon(begun: GraphIndex, keys: Iterator<string>) {
    later(() => {
      if (graph !== begun) return;
      const goesOn = orWithoutGraph(
        () => linkSome(begun, keys),
        () => false,
      );
      if (goesOn) linkSoon(begun, keys);
    });
  }

  /** False: there are no more. */
  function linkSome(begun: GraphIndex, keys: Iterator<string>): boolean {
    const until = clock.elapsed() + STEP_MS;
    do {
      const next = keys.next();
      if (next.done) return false;
      begun.link(next.value);
    } while (clock.elapsed() < until);
    return true;
  }

  function whole(): GraphIndex | null {
    return graph?.linked === vectors.size ? graph : null;
  }

  /** Those that come while the graph is built are linked with all others: many may come at once. */
  function addWith(key: string, vector: Float32Array) {
    const index = whole() ?? vectors;
    if (index === vectors) graph?.remove(key);
    index.add(key, vector);
  }

  function orWithoutGraph<Result>(call: () => Result, instead: () => Result): Result {
    try {
      return call();
    } catch {
      graph = null;
      openGraph = null;
      return instead();
    }
  }

  return {
    get size() {
      return vectors.size;
    },
    get bytes() {
      return (graph ?? vectors).bytes;
    },
    add(key, vector) {
      orWithoutGraph(
        () => addWith(key, vector),
        () => vectors.add(key, vector),
      );
      adapt();
    },
    remove(key) {
      const removed = orWithoutGraph(
        () => (graph ?? vectors).remove(key),
        () => vectors.remove(key),
      );
      adapt();
      return removed;
    },
    nearest(vector, count) {
      return orWithoutGraph(
        () => (whole() ?? vectors).nearest(vector, count),
        () => vectors.nearest(vector, count),
      );
    },
    [Symbol.dispose]() {
      graph = null;
      vectors[Symbol.dispose]();
    },
  };
}
