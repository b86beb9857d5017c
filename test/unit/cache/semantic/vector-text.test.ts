import { expect, test } from 'vitest';
import { readVector, writeVector } from '../../../../src/cache/semantic/vector-text.ts';

test('a vector comes back with its cosines', () => {
  const vector = unit(Array.from({ length: 384 }, (_, at) => Math.sin(at * 7)));

  const read = readVector(writeVector(vector), 384);

  const cosine = vector.reduce((sum, part, at) => sum + part * (read?.[at] ?? 0), 0);
  expect(cosine).toBeCloseTo(1, 3);
});

test('the ends of the range come back as they are', () => {
  expect(readVector(writeVector(Float32Array.of(1, -1, 0)), 3)).toEqual(Float32Array.of(1, -1, 0));
});

test.each(['', 'AAAA', writeVector(Float32Array.of(1, 0))])('%j is no vector of 3', (text) => {
  expect(readVector(text, 3)).toBeNull();
});

function unit(parts: readonly number[]): Float32Array {
  const length = Math.hypot(...parts);
  return Float32Array.from(parts, (part) => part / length);
}
