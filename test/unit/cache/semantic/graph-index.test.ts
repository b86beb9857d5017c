import { beforeEach, describe, expect, it, vi } from 'vitest';
import { exactIndex } from '../../../../src/cache/semantic/exact-index.ts';
import { loadGraphIndex } from '../../../../src/cache/semantic/graph-index.ts';
import { vectorArena } from '../../../../src/cache/semantic/vector-arena.ts';
import { clusteredVectors } from '../../../support/clustered-vectors.ts';

const DIMENSIONS = 64;

const newVectors = () => clusteredVectors({ ...SHAPE, seed: 1 });
const SHAPE = { dimensions: DIMENSIONS, perCluster: 20 };
const newExact = () => exactIndex({ arena: vectorArena({ dimensions: DIMENSIONS }) });

describe('the graph index', () => {
  beforeEach(() => {
    vi.doUnmock('usearch');
    vi.resetModules();
  });

  it('is not there on a platform without a binary', async () => {
    vi.doMock('usearch', () => {
      throw new Error('No native build was found.');
    });
    const { loadGraphIndex: loadAnew } = await import(
      '../../../../src/cache/semantic/graph-index.ts'
    );
    expect(await loadAnew()).toBeNull();
  });

  it('takes up what the exact index has already, once', async () => {
    const vectors = newVectors();
    const exact = newExact();
    const stored = Array.from({ length: 50 }, () => vectors.next());
    for (const [at, vector] of stored.entries()) exact.add(`${at}`, vector);
    const graph = await openGraph(exact);
    expect(graph.linked).toBe(0);
    for (const key of exact.keys()) graph.link(key);
    graph.link('7');
    graph.link('unknown');
    expect(graph.linked).toBe(50);
    for (const [at, vector] of stored.entries()) {
      expect(graph.nearest(vector, 1)[0]?.key).toBe(`${at}`);
    }
  });

  it('finds nearly all after everything was replaced many times', async () => {
    const vectors = newVectors();
    const graph = await openGraph(newExact());
    const exact = newExact();
    for (let turn = 0; turn < 2_500; turn += 1) {
      const vector = vectors.next();
      for (const index of [graph, exact]) {
        index.remove(`${turn - 400}`);
        index.add(`${turn}`, vector);
      }
    }
    expect(graph.linked).toBe(400);
    let found = 0;
    for (let asked = 0; asked < 100; asked += 1) {
      const vector = vectors.next();
      const wanted = new Set(exact.nearest(vector, 4).map(({ key }) => key));
      found += graph.nearest(vector, 4).filter(({ key }) => wanted.has(key)).length;
    }
    expect(found / 400).toBeGreaterThanOrEqual(0.95);
  });
});

async function openGraph(vectors: ReturnType<typeof newExact>) {
  const open = await loadGraphIndex();
  if (open === null) throw new Error('usearch has no binary for this platform.');
  return open(vectors);
}
