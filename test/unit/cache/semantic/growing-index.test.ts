import { describe, expect, it } from 'vitest';
import { type ExactIndex, exactIndex } from '../../../../src/cache/semantic/exact-index.ts';
import type { GraphIndex } from '../../../../src/cache/semantic/graph-index.ts';
import { growingIndex } from '../../../../src/cache/semantic/growing-index.ts';
import { vectorArena } from '../../../../src/cache/semantic/vector-arena.ts';

const DIMENSIONS = 4;
const EAST = Float32Array.of(1, 0, 0, 0);

describe('the growing index', () => {
  it('builds no graph up to its limit', () => {
    const { add, index, graphs } = grown(10);
    add(10);
    expect(graphs).toHaveLength(0);
    expect(index.size).toBe(10);
  });

  it('asks the graph when it is whole, and the exact index until then', () => {
    const { add, index, graphs, steps } = grown(10);
    add(11);
    expect(graphs).toHaveLength(1);
    expect(index.nearest(EAST, 11)).toHaveLength(11);
    expect(graphs[0]?.asked).toBe(0);
    steps.runAll();
    expect(graphs[0]?.linked.size).toBe(11);
    expect(index.nearest(EAST, 11)).toHaveLength(11);
    expect(graphs[0]?.asked).toBe(1);
  });

  it('builds in steps that end when their time is over', () => {
    const { add, graphs, steps } = grown(10);
    add(11);
    for (let step = 1; step <= 11; step += 1) {
      steps.runOne();
      expect(graphs[0]?.linked.size).toBe(step);
    }
  });

  it('takes up what comes and lets go what goes while it builds', () => {
    const { add, index, graphs, steps } = grown(10);
    add(20);
    steps.runOne();
    index.remove('0');
    index.remove('19');
    index.add('new', EAST);
    index.add('5', Float32Array.of(0, 1, 0, 0));
    expect(graphs[0]?.linked.size).toBe(0);
    steps.runAll();
    expect([...(graphs[0]?.linked ?? [])].sort()).toEqual(
      [...Array.from({ length: 18 }, (_, at) => `${at + 1}`), 'new'].sort(),
    );
    index.nearest(EAST, 1);
    expect(graphs[0]?.asked).toBe(1);
    index.add('newer', EAST);
    expect(graphs[0]?.linked).toContain('newer');
  });

  it('drops the graph at half its limit, and builds another above it', () => {
    const { add, index, graphs, steps } = grown(10);
    add(11);
    steps.runAll();
    for (let at = 0; at < 5; at += 1) index.remove(`${at}`);
    index.nearest(EAST, 1);
    expect(graphs[0]?.asked).toBe(1);
    index.remove('5');
    expect(index.nearest(EAST, 9)).toHaveLength(5);
    expect(graphs[0]?.asked).toBe(1);
    add(5);
    expect(index.size).toBe(10);
    expect(graphs).toHaveLength(1);
    add(6);
    expect(graphs).toHaveLength(2);
  });

  it('ends the building of a graph that was dropped', () => {
    const { add, index, graphs, steps } = grown(10);
    add(11);
    for (let at = 0; at < 6; at += 1) index.remove(`${at}`);
    steps.runAll();
    expect(graphs[0]?.linked.size).toBe(0);
  });

  it.each([
    'link',
    'add',
    'remove',
    'nearest',
  ] as const)('goes on without a graph whose %s fails', (failing) => {
    const { add, index, graphs, steps } = grown(10, failing);
    add(11);
    steps.runAll();
    add(12);
    expect(index.remove('3')).toBe(true);
    expect(index.nearest(EAST, 20)).toHaveLength(11);
    add(30);
    steps.runAll();
    expect(index.nearest(EAST, 40)).toHaveLength(30);
    expect(graphs).toHaveLength(1);
  });

  it('gives all memory back', () => {
    const { add, index, steps } = grown(10);
    add(11);
    steps.runAll();
    index[Symbol.dispose]();
    expect(index.size).toBe(0);
    expect(index.bytes).toBe(0);
    expect(index.nearest(EAST, 3)).toEqual([]);
  });
});

type Calls = 'open' | 'link' | 'add' | 'remove' | 'nearest';
type Seen = { readonly linked: Set<string>; asked: number };

/** An index with graphs that tell what they are asked. A step has time for one vector. */
function grown(exactUpTo: number, failing?: Calls) {
  const waiting: (() => void)[] = [];
  const graphs: Seen[] = [];
  let now = 0;

  function openGraph(vectors: ExactIndex): GraphIndex {
    const seen = { linked: new Set<string>(), asked: 0 };
    graphs.push(seen);
    if (failing === 'open') throw new Error('The graph failed.');
    return playedGraph(vectors, seen, failing);
  }

  const index = growingIndex({
    vectors: exactIndex({ arena: vectorArena({ dimensions: DIMENSIONS }) }),
    ...{ openGraph, exactUpTo },
    clock: {
      elapsed() {
        now += 5;
        return now;
      },
    },
    later: (step) => waiting.push(step),
  });
  const runOne = () => waiting.shift()?.();
  return {
    ...{ index, graphs },
    /** Has the vectors 0 to `count` - 1 in it. */
    add(count: number) {
      for (let at = 0; at < count; at += 1) {
        index.add(`${at}`, Float32Array.of(1, at / 100, 0, 0));
      }
    },
    steps: {
      runOne,
      runAll() {
        while (waiting.length > 0) runOne();
      },
    },
  };
}

/** Finds by the exact index. */
function playedGraph(vectors: ExactIndex, seen: Seen, failing?: Calls): GraphIndex {
  const begin = (call: Calls) => {
    if (call === failing) throw new Error('The graph failed.');
  };
  return {
    size: 0,
    bytes: 0,
    get linked() {
      return seen.linked.size;
    },
    link(key) {
      begin('link');
      seen.linked.add(key);
    },
    add(key, vector) {
      vectors.add(key, vector);
      begin('add');
      seen.linked.add(key);
    },
    remove(key) {
      begin('remove');
      seen.linked.delete(key);
      return vectors.remove(key);
    },
    nearest(vector, count) {
      begin('nearest');
      seen.asked += 1;
      return vectors.nearest(vector, count);
    },
  };
}
