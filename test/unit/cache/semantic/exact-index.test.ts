import { describe, expect, it } from 'vitest';
import { exactIndex } from '../../../../src/cache/semantic/exact-index.ts';
import { vectorArena } from '../../../../src/cache/semantic/vector-arena.ts';
import { productOf, randomVector, unitVector } from '../../../support/clustered-vectors.ts';
import { seededRandom } from '../../../support/seeded-random.ts';

const DIMENSIONS = 48;

describe('the exact index', () => {
  it('finds the true nearest among thousands that are all but equal', () => {
    const random = seededRandom(1);
    const centre = randomVector(DIMENSIONS, random);
    const near = () => {
      const noise = randomVector(DIMENSIONS, random);
      return unitVector(centre.map((number, at) => number + 0.05 * (noise[at] ?? 0)));
    };
    const stored = Array.from({ length: 9_000 }, near);
    const index = exactIndex({ arena: vectorArena({ dimensions: DIMENSIONS }) });
    for (const [at, vector] of stored.entries()) index.add(`${at}`, vector);
    for (let asked = 0; asked < 10; asked += 1) {
      const vector = near();
      const cosines = stored
        .map((each) => productOf(each, vector))
        .sort((one, other) => other - one);
      for (const [at, { similarity }] of index.nearest(vector, 20).entries()) {
        expect(Math.abs(similarity - (cosines[at] ?? 0))).toBeLessThan(0.0001);
      }
    }
  });

  it('has right cosines when one number outweighs all others', () => {
    const random = seededRandom(2);
    const stored = Array.from({ length: 500 }, () => {
      const vector = randomVector(DIMENSIONS, random).map((number) => 0.04 * number + 0.007);
      vector[7] = 1;
      return unitVector(vector);
    });
    const index = exactIndex({ arena: vectorArena({ dimensions: DIMENSIONS }) });
    for (const [at, vector] of stored.entries()) index.add(`${at}`, vector);
    const asked = unitVector((stored[0] ?? new Float32Array()).map((number) => number - 0.003));
    const cosines = stored.map((each) => productOf(each, asked)).sort((one, other) => other - one);
    for (const [at, { similarity }] of index.nearest(asked, 20).entries()) {
      expect(Math.abs(similarity - (cosines[at] ?? 0))).toBeLessThan(0.0002);
    }
  });

  it('is like nothing to a vector without a direction', () => {
    const index = exactIndex({ arena: vectorArena({ dimensions: DIMENSIONS }) });
    index.add('nothing', new Float32Array(DIMENSIONS));
    index.add('broken', new Float32Array(DIMENSIONS).fill(Number.NaN));
    const vector = randomVector(DIMENSIONS, seededRandom(3));
    expect(index.nearest(vector, 2).map(({ similarity }) => similarity)).toEqual([0, 0]);
  });

  it('keeps its vectors apart from those of others in the same memory', () => {
    const arena = vectorArena({ dimensions: DIMENSIONS });
    const one = exactIndex({ arena });
    const other = exactIndex({ arena });
    const random = seededRandom(4);
    const vectors = Array.from({ length: 300 }, () => randomVector(DIMENSIONS, random));
    for (const [at, vector] of vectors.entries()) (at % 2 ? one : other).add(`${at}`, vector);
    for (const [at, vector] of vectors.entries()) {
      const [found] = (at % 2 ? one : other).nearest(vector, 1);
      expect(found).toEqual({ key: `${at}`, similarity: expect.closeTo(1, 4) });
      expect((at % 2 ? other : one).nearest(vector, 1)[0]?.similarity).toBeLessThan(0.99);
    }
    one[Symbol.dispose]();
    expect(one.size).toBe(0);
    expect(other.nearest(vectors[0] ?? new Float32Array(DIMENSIONS), 1)[0]?.key).toBe('0');
  });
});
