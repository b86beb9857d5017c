import { describe, expect, it } from 'vitest';
import { type VectorArena, vectorArena } from '../../../../src/cache/semantic/vector-arena.ts';
import { productOf, randomVector } from '../../../support/clustered-vectors.ts';
import { seededRandom } from '../../../support/seeded-random.ts';

/** No multiple of what the processor takes in one step. */
const DIMENSIONS = 100;

describe('the arena', () => {
  it('gives back what was put, also after it has grown', () => {
    const arena = vectorArena({ dimensions: DIMENSIONS });
    const random = seededRandom(1);
    const vectors = Array.from({ length: 3_000 }, () => randomVector(DIMENSIONS, random));
    const rows = vectors.map((vector, at) => arena.put(`vector ${at}`, vector));
    for (const [at, vector] of vectors.entries()) {
      const row = rows[at] ?? -1;
      expect(arena.labelOf(row)).toBe(`vector ${at}`);
      expect(productOf(vector, read(arena, row))).toBeCloseTo(1, 4);
    }
  });

  it('wipes out what is freed, and uses its row again', () => {
    const arena = vectorArena({ dimensions: DIMENSIONS });
    const vector = randomVector(DIMENSIONS, seededRandom(2));
    const rows = ['a', 'b', 'c'].map((label) => arena.put(label, vector));
    const [, freed = -1] = rows;
    arena.free(freed);
    expect(arena.labelOf(freed)).toBe('');
    expect(productOf(read(arena, freed), vector)).not.toBeCloseTo(1, 1);
    expect(arena.put('d', vector)).toBe(freed);
    expect(arena.labelOf(freed)).toBe('d');
    expect(rows).not.toContain(arena.put('e', vector));
  });
});

function read(arena: VectorArena, row: number): Float32Array {
  const vector = new Float32Array(DIMENSIONS);
  arena.read(row, vector);
  return vector;
}
