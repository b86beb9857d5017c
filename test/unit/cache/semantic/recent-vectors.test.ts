import { expect, test, vi } from 'vitest';
import { recentVectors } from '../../../../src/cache/semantic/recent-vectors.ts';

const vector = Float32Array.of(1);

test('a prompt is encoded once, also when it comes again while it is being encoded', async () => {
  const encode = vi.fn(async () => vector);
  const vectorOf = recentVectors(encode, { most: 10 });

  const both = await Promise.all([vectorOf('one'), vectorOf('one')]);
  const again = await vectorOf('one');

  expect([...both, again]).toEqual([vector, vector, vector]);
  expect(encode).toHaveBeenCalledTimes(1);
});

test('the one that was not asked for the longest is forgotten', async () => {
  const encode = vi.fn(async () => vector);
  const vectorOf = recentVectors(encode, { most: 2 });

  await vectorOf('one');
  await vectorOf('two');
  await vectorOf('one');
  await vectorOf('three');
  await vectorOf('one');
  await vectorOf('two');

  expect(encode.mock.calls).toEqual([['one'], ['two'], ['three'], ['two']]);
});

test('after a failure a prompt is tried again', async () => {
  const encode = vi.fn(async () => vector).mockRejectedValueOnce(new Error('away'));
  const vectorOf = recentVectors(encode, { most: 2 });

  await expect(vectorOf('one')).rejects.toThrow('away');

  await expect(vectorOf('one')).resolves.toBe(vector);
});
