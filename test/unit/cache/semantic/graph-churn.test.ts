import { expect, test } from 'vitest';
import { exactIndex } from '../../../../src/cache/semantic/exact-index.ts';
import { loadGraphIndex } from '../../../../src/cache/semantic/graph-index.ts';
import { vectorArena } from '../../../../src/cache/semantic/vector-arena.ts';

const DIMENSIONS = 32;
const LIVE = 100;

/** usearch's table of keys never ends a search when it has had more keys than it has slots. */
test('a graph may have any number of rows, one after another, while others take those that it frees', async () => {
  const arena = vectorArena({ dimensions: DIMENSIONS });
  const openGraph = await loadGraphIndex();
  const graph = openGraph?.(exactIndex({ arena }));
  const neighbour = exactIndex({ arena });
  if (graph === undefined) throw new Error('usearch has no binary for this platform.');
  for (let at = 0; at < LIVE; at += 1) graph.add(`${at}`, vectorOf(at));

  for (let at = LIVE; at < 20 * LIVE; at += 1) {
    graph.remove(`${at - LIVE}`);
    neighbour.add(`${at}`, vectorOf(-at));
    graph.add(`${at}`, vectorOf(at));
  }

  expect(graph.remove('never there')).toBe(false);
  expect(graph.size).toBe(LIVE);
  expect(graph.nearest(vectorOf(20 * LIVE - 1), 1)[0]?.key).toBe(`${20 * LIVE - 1}`);
});

function vectorOf(seed: number): Float32Array {
  const parts = Array.from({ length: DIMENSIONS }, (_, at) =>
    Math.sin(seed * 12.9898 + at * 78.233),
  );
  const length = Math.hypot(...parts);
  return Float32Array.from(parts, (part) => part / length);
}
