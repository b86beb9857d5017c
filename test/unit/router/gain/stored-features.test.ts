import { describe, expect, test } from 'vitest';
import { promptFeatures } from '../../../../src/router/gain/prompt-features.ts';
import { decodeFeatures, encodeFeatures } from '../../../../src/router/gain/stored-features.ts';

const VECTOR = Float32Array.from({ length: 384 }, (_, at) => Math.sin(at + 1) / Math.sqrt(192));
const features = promptFeatures('Who sells 12 apples, and why? See "Émile".', VECTOR);

describe('stored features', () => {
  test('are what they were, the vector but for rounding', () => {
    const read = decodeFeatures(JSON.parse(JSON.stringify(encodeFeatures(features))));
    expect(read?.lexical).toEqual(features.lexical);
    expect(read?.hashed).toEqual(features.hashed);
    expect(cosine(read?.vector ?? new Float32Array(), VECTOR)).toBeGreaterThan(0.999);
  });

  test('may be without a vector, and without words', () => {
    const bare = promptFeatures('', null);
    expect(decodeFeatures(encodeFeatures(bare))).toEqual(bare);
  });

  test('hold no word of the prompt, and take about a kilobyte', () => {
    const text = JSON.stringify(encodeFeatures(features));
    expect(text).not.toMatch(/apples|sells|mile/i);
    expect(text.length).toBeLessThan(1_200);
  });

  const encoded = encodeFeatures(features);
  test.each([
    ['nothing', null],
    ['text', 'features'],
    ['features of another version', { ...encoded, version: encoded.version + 1 }],
    ['too few lexical features', { ...encoded, lexical: encoded.lexical.slice(0, -16) }],
    ['what is no base64', { ...encoded, hashed: '§' }],
    ['half a hash', { ...encoded, hashed: 'AA==' }],
    ['hashes that do not rise', { ...encoded, hashed: 'AAAAAA==' }],
    ['an empty vector', { ...encoded, vector: '' }],
    ['no vector at all', { ...encoded, vector: undefined }],
    ['numbers that are none', { ...encoded, lexical: notANumber(features.lexical.length) }],
  ])('are not read from %s', (_, stored) => {
    expect(decodeFeatures(stored)).toBeNull();
  });
});

function notANumber(count: number): string {
  return Buffer.from(new Float32Array(count).fill(Number.NaN).buffer).toString('base64');
}

function cosine(one: Float32Array, other: Float32Array): number {
  const product = one.reduce((sum, value, at) => sum + value * (other[at] ?? 0), 0);
  return product / (Math.hypot(...one) * Math.hypot(...other));
}
