import { expect, test, vi } from 'vitest';
import { recentVectors } from '../../../../src/cache/semantic/recent-vectors.ts';

const vector = Float32Array.of(1);

test('a prompt is encoded once, also when it comes again while it is being encoded', async () => {
  const encode = vi.fn(async () => vector);
  const vectors = recentVectors(encode, { most: 10 });

  const both = await Promise.all([vectors.of('acme', 'one'), vectors.of('acme', 'one')]);
  const again = await vectors.of('acme', 'one');

  expect([...both, again]).toEqual([vector, vector, vector]);
  expect(encode).toHaveBeenCalledTimes(1);
});

test('the one that was not asked for the longest is forgotten', async () => {
  const encode = vi.fn(async () => vector);
  const vectors = recentVectors(encode, { most: 2 });

  for (const prompt of ['one', 'two', 'one', 'three', 'one', 'two'])
    await vectors.of('acme', prompt);

  expect(encode.mock.calls).toEqual([['one'], ['two'], ['three'], ['two']]);
});

test('no tenant is answered sooner for what another one asked', async () => {
  const encode = vi.fn(async () => vector);
  const vectors = recentVectors(encode, { most: 10 });

  await vectors.of('acme', 'one');
  await vectors.of('globex', 'one');

  expect(encode).toHaveBeenCalledTimes(2);
});

test('a tenant is forgotten, and no other one', async () => {
  const encode = vi.fn(async () => vector);
  const vectors = recentVectors(encode, { most: 10 });
  await vectors.of('acme', 'one');
  await vectors.of('globex', 'two');

  vectors.forget('acme');
  await vectors.of('acme', 'one');
  await vectors.of('globex', 'two');

  expect(encode.mock.calls).toEqual([['one'], ['two'], ['one']]);
});

test('after a failure a prompt is tried again', async () => {
  const encode = vi.fn(async () => vector).mockRejectedValueOnce(new Error('away'));
  const vectors = recentVectors(encode, { most: 2 });

  await expect(vectors.of('acme', 'one')).rejects.toThrow('away');

  await expect(vectors.of('acme', 'one')).resolves.toBe(vector);
});
