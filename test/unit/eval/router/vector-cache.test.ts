import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openVectorCache } from '../../../../eval/router/vector-cache.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vector-cache-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('the memory of vectors', () => {
  test('knows them when it is opened again', () => {
    openVectorCache(folder, 'encoder/1', 3).add([
      ['one', Float32Array.of(1, 2, 3)],
      ['two', Float32Array.of(4, 5, 6)],
    ]);

    const again = openVectorCache(folder, 'encoder/1', 3);

    expect(again.get('two')).toEqual(Float32Array.of(4, 5, 6));
    expect(again.get('three')).toBeUndefined();
  });

  test('does not take those of another encoder for its own', () => {
    openVectorCache(folder, 'encoder/1', 3).add([['one', Float32Array.of(1, 2, 3)]]);

    expect(openVectorCache(folder, 'encoder/2', 3).get('one')).toBeUndefined();
  });

  test('drops what was cut off in the writing, and goes on', () => {
    openVectorCache(folder, 'encoder', 3).add([['one', Float32Array.of(1, 2, 3)]]);
    const [name = ''] = readdirSync(folder);
    appendFileSync(join(folder, name), 'half a record');

    openVectorCache(folder, 'encoder', 3).add([['two', Float32Array.of(4, 5, 6)]]);

    const again = openVectorCache(folder, 'encoder', 3);
    expect(again.get('one')).toEqual(Float32Array.of(1, 2, 3));
    expect(again.get('two')).toEqual(Float32Array.of(4, 5, 6));
  });
});
