import { type ExactIndex, exactIndex } from '../../src/cache/semantic/exact-index.ts';
import { loadGraphIndex } from '../../src/cache/semantic/graph-index.ts';
import { growingIndex } from '../../src/cache/semantic/growing-index.ts';
import { type VectorArena, vectorArena } from '../../src/cache/semantic/vector-arena.ts';
import type { VectorIndex } from '../../src/cache/semantic/vector-index.ts';
import { describeVectorIndex } from './vector-index.ts';

const openGraph = await loadGraphIndex();
if (openGraph === null) throw new Error('usearch has no binary for this platform.');

/** One memory for all that have as many dimensions, as in the gateway. */
const arenas = new Map<number, VectorArena>();

function newExact(dimensions: number): ExactIndex {
  const arena = arenas.get(dimensions) ?? vectorArena({ dimensions });
  arenas.set(dimensions, arena);
  return exactIndex({ arena });
}

describeVectorIndex({ name: 'that is exact', open: newExact, recall: 1 });

describeVectorIndex({
  name: 'on a graph',
  open: (dimensions) => openGraph(newExact(dimensions)),
  recall: 0.97,
});

describeVectorIndex({
  name: 'that grows, before there is a graph',
  open: (dimensions) => openGrowing(dimensions, { exactUpTo: 3_000 }),
  recall: 1,
});

describeVectorIndex({
  name: 'that grows, while the graph is built',
  open: (dimensions) => openGrowing(dimensions, { exactUpTo: 4, links: 3 }),
  recall: 1,
});

describeVectorIndex({
  name: 'that grows, with a graph',
  open: (dimensions) => openGrowing(dimensions, { exactUpTo: 4 }),
  recall: 0.97,
});

describeVectorIndex({
  name: 'that grows, without graphs',
  open: (dimensions) => openGrowing(dimensions, { exactUpTo: 4, openGraph: null }),
  recall: 1,
});

/** @param options.links how many vectors the graph takes up at most while it is built */
function openGrowing(
  dimensions: number,
  options: { exactUpTo: number; links?: number; openGraph?: null },
): VectorIndex {
  const { links = Infinity, ...others } = options;
  let now = 0;
  let steps = 0;
  return growingIndex({
    vectors: newExact(dimensions),
    openGraph,
    // A step has time for one.
    clock: { elapsed: () => (now += 5) },
    later(step) {
      steps += 1;
      if (steps <= links) step();
    },
    ...others,
  });
}
