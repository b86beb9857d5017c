import fc from 'fast-check';
import { describe, type ExpectStatic, it } from 'vitest';
import type { VectorIndex } from '../../src/cache/semantic/vector-index.ts';
import { clusteredVectors, productOf, unitVector } from '../support/clustered-vectors.ts';

export type VectorIndexCase = {
  readonly name: string;
  /** An empty index. */
  readonly open: (dimensions: number) => VectorIndex;
  /** The share of the true nearest four that are found. */
  readonly recall: number;
};

const WITHIN = 0.001;

/** What every vector index does. */
export function describeVectorIndex({ name, open, recall }: VectorIndexCase): void {
  describe(`the vector index ${name}`, () => {
    it('finds the most similar first, with cosines', ({ expect }) => {
      const index = open(4);
      index.add('east', Float32Array.of(1, 0, 0, 0));
      index.add('north', Float32Array.of(0, 1, 0, 0));
      index.add('north-east', unitVector(Float32Array.of(1, 1, 0, 0)));
      index.add('west', Float32Array.of(-1, 0, 0, 0));
      const found = index.nearest(Float32Array.of(1, 0, 0, 0), 4);
      expect(found.map(({ key }) => key)).toEqual(['east', 'north-east', 'north', 'west']);
      const cosines = found.map(({ similarity }) => similarity);
      for (const [at, cosine] of [1, Math.SQRT1_2, 0, -1].entries()) {
        expect(Math.abs((cosines[at] ?? 0) - cosine)).toBeLessThan(WITHIN);
      }
    });

    it('gives no more than asked for, and no more than there are', ({ expect }) => {
      const index = open(4);
      const vector = Float32Array.of(1, 0, 0, 0);
      expect(index.nearest(vector, 3)).toEqual([]);
      for (const key of ['a', 'b', 'c']) index.add(key, vector);
      expect(index.nearest(vector, 2)).toHaveLength(2);
      expect(index.nearest(vector, 100)).toHaveLength(3);
    });

    it('copies what is added', ({ expect }) => {
      const index = open(4);
      const vector = Float32Array.of(1, 0, 0, 0);
      index.add('a', vector);
      vector.set([0, 1, 0, 0]);
      expect(index.nearest(Float32Array.of(1, 0, 0, 0), 1)[0]?.similarity).toBeCloseTo(1, 3);
    });

    it('puts what is added again in the place of the old', ({ expect }) => {
      const index = open(4);
      index.add('a', Float32Array.of(1, 0, 0, 0));
      index.add('b', Float32Array.of(0, 0, 0, 1));
      index.add('a', Float32Array.of(0, 1, 0, 0));
      expect(index.size).toBe(2);
      const found = index.nearest(Float32Array.of(0, 1, 0, 0), 3);
      expect(found.map(({ key }) => key)).toEqual(['a', 'b']);
      expect(found[0]?.similarity).toBeCloseTo(1, 3);
    });

    it('does not find what was removed, until it is added again', ({ expect }) => {
      const index = open(4);
      const vector = Float32Array.of(1, 0, 0, 0);
      index.add('a', vector);
      index.add('b', vector);
      expect(index.remove('a')).toBe(true);
      expect(index.remove('a')).toBe(false);
      expect(index.nearest(vector, 2).map(({ key }) => key)).toEqual(['b']);
      index.add('a', vector);
      expect(index.nearest(vector, 2)).toHaveLength(2);
    });

    it('takes no more memory for what comes and goes', ({ expect }) => {
      const index = open(32);
      const vectors = clusteredVectors({ dimensions: 32, perCluster: 10, seed: 1 });
      const replaceAll = (from: number) => {
        for (let turn = from; turn < from + 200; turn += 1) {
          index.remove(`${turn - 200}`);
          index.add(`${turn}`, vectors.next());
        }
      };
      replaceAll(0);
      replaceAll(200);
      const { bytes } = index;
      expect(bytes).toBeGreaterThan(200 * 32);
      replaceAll(400);
      expect(index.size).toBe(200);
      expect(index.bytes).toBe(bytes);
    });

    it(`finds ${100 * recall} % of the nearest four of 1,500`, ({ expect }) => {
      const vectors = clusteredVectors({ dimensions: 96, perCluster: 20, seed: 2 });
      const stored = Array.from({ length: 1_500 }, () => vectors.next());
      const index = open(96);
      for (const [at, vector] of stored.entries()) index.add(`${at}`, vector);
      let found = 0;
      for (let asked = 0; asked < 50; asked += 1) {
        const vector = vectors.next();
        const cosines = stored.map((each) => productOf(each, vector));
        const fourth = cosines.toSorted((one, other) => other - one)[3] ?? 1;
        const nearest = index.nearest(vector, 4);
        for (const { key, similarity } of nearest) {
          expect(Math.abs(similarity - (cosines[Number(key)] ?? 0))).toBeLessThan(WITHIN);
        }
        found += nearest.filter(({ key }) => (cosines[Number(key)] ?? 0) > fourth - WITHIN).length;
      }
      expect(found / 200).toBeGreaterThanOrEqual(recall);
    });

    it('does what a list of all vectors does, whatever comes and goes', ({ expect }) => {
      fc.assert(
        fc.property(fc.array(aStep, { maxLength: 60 }), (steps) => {
          const index = open(DIMENSIONS);
          const model = new Map<string, Float32Array>();
          for (const step of steps) {
            change(index, step);
            if (step.does === 'add') model.set(step.key, step.vector);
            if (step.does === 'remove') model.delete(step.key);
            expectNearest(index, model, step.vector, expect);
          }
        }),
        { numRuns: 150 },
      );
    });
  });
}

const DIMENSIONS = 5;

/** Few and coarse, so that some come again, and some are equal. */
const aVector = fc
  .array(fc.integer({ min: -3, max: 3 }), { minLength: DIMENSIONS, maxLength: DIMENSIONS })
  .filter((numbers) => numbers.some((number) => number !== 0))
  .map((numbers) => unitVector(Float32Array.from(numbers)));
const aKey = fc.integer({ min: 1, max: 30 }).map((number) => `key ${number}`);
const aStep = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ does: fc.constant('add' as const), key: aKey, vector: aVector }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constant('remove' as const), key: aKey, vector: aVector }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ does: fc.constant('ask' as const), key: aKey, vector: aVector }),
  },
);
type Step = typeof aStep extends fc.Arbitrary<infer Value> ? Value : never;

function change(index: VectorIndex, { does, key, vector }: Step) {
  if (does === 'add') index.add(key, vector);
  if (does === 'remove') index.remove(key);
}

/** Of two that are equally similar either may come first. */
function expectNearest(
  index: VectorIndex,
  model: ReadonlyMap<string, Float32Array>,
  vector: Float32Array,
  expect: ExpectStatic,
) {
  const cosineOf = (other: Float32Array) => productOf(vector, other);
  const wanted = [...model.values()].map(cosineOf).sort((one, other) => other - one);
  const found = index.nearest(vector, 6);
  expect(index.size).toBe(model.size);
  expect(new Set(found.map(({ key }) => key)).size).toBe(Math.min(6, model.size));
  for (const [at, { key, similarity }] of found.entries()) {
    expect(Math.abs(similarity - (wanted[at] ?? Number.NaN))).toBeLessThan(WITHIN);
    expect(Math.abs(similarity - cosineOf(model.get(key) ?? NOT_THERE))).toBeLessThan(WITHIN);
  }
}

const NOT_THERE = Float32Array.of(Number.NaN);
