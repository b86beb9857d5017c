import { describe, expect, it } from 'vitest';
import { awkwardNames } from '../../../support/awkward-names.ts';
import { cosineOf, openEntryIndex, placeOf, towards } from '../../../support/open-entry-index.ts';

describe('the entry index in memory', () => {
  it('finds the most similar prompts of a partition, and none of another', () => {
    const { index, add } = openEntryIndex();
    add({ key: 'north', prompt: 'Where is north?', vector: towards(0) });
    add({ key: 'east', prompt: 'Where is east?', vector: towards(90) });
    add({ key: 'elsewhere', partition: 'other', vector: towards(10) });
    expect(index.nearest('partition', towards(10), 4)).toEqual([
      {
        place: placeOf('north'),
        prompt: 'Where is north?',
        similarity: expect.closeTo(cosineOf(10), 3),
      },
      {
        place: placeOf('east'),
        prompt: 'Where is east?',
        similarity: expect.closeTo(cosineOf(80), 3),
      },
    ]);
    expect(index.nearest('partition', towards(10), 1)).toHaveLength(1);
    expect(index.nearest('unknown', towards(10), 4)).toEqual([]);
  });

  it('keeps places of one partition apart, whatever their names', () => {
    const { index, add } = openEntryIndex();
    const places = awkwardNames.flatMap((tenant) =>
      awkwardNames.map((namespace) => ({ tenant, namespace, key: 'key' })),
    );
    for (const each of places) add({ place: each, prompt: JSON.stringify(each) });
    const found = index.nearest('partition', towards(0), places.length);
    expect(new Set(found.map(({ prompt }) => prompt)).size).toBe(places.length);
    for (const each of found) expect(each.prompt).toBe(JSON.stringify(each.place));
  });

  it('has an entry once: added again, it is where it was added last', () => {
    const { index, add } = openEntryIndex();
    add({ key: 'a', partition: 'first', prompt: 'old' });
    add({ key: 'a', partition: 'second', prompt: 'new' });
    expect(index.nearest('first', towards(0), 4)).toEqual([]);
    expect(index.nearest('second', towards(0), 4)).toMatchObject([{ prompt: 'new' }]);
    add({ key: 'a', partition: 'second', prompt: 'newer', vector: towards(90) });
    expect(index.nearest('second', towards(90), 4)).toMatchObject([{ prompt: 'newer' }]);
    expect(index.status()).toMatchObject({ entries: 1, partitions: 1 });
  });

  it('drops a partition with the last of its entries, and its memory', () => {
    const { index, add } = openEntryIndex();
    add({ key: 'a' });
    const { bytes } = index.status();
    add({ key: 'b' });
    expect(index.remove(placeOf('a'))).toBe(true);
    expect(index.remove(placeOf('a'))).toBe(false);
    expect(index.status()).toEqual({ entries: 1, partitions: 1, bytes, evictions: 0 });
    expect(index.remove(placeOf('b'))).toBe(true);
    expect(index.status()).toEqual({ entries: 0, partitions: 0, bytes: 0, evictions: 0 });
    expect(index.nearest('partition', towards(0), 4)).toEqual([]);
  });

  it('tells what is in it, though some goes meanwhile', () => {
    const { index, add } = openEntryIndex();
    for (const key of ['a', 'b', 'c', 'd']) add({ key });
    index.remove(placeOf('b'));
    const walk = index.places()[Symbol.iterator]();
    expect(walk.next().value).toEqual(placeOf('a'));
    index.remove(placeOf('c'));
    expect([walk.next().value, walk.next().done]).toEqual([placeOf('d'), true]);
  });

  it('forgets all', () => {
    const { index, add } = openEntryIndex();
    for (const key of ['a', 'b', 'c']) add({ key, partition: `of ${key}` });
    index.clear();
    expect(index.status()).toMatchObject({ entries: 0, partitions: 0, bytes: 0 });
    add({ key: 'a' });
    expect(index.nearest('partition', towards(0), 4)).toHaveLength(1);
  });
});

describe('removing a namespace from the entry index', () => {
  it.each(awkwardNames)('removes %j and no other', (name) => {
    const { index, add } = openEntryIndex();
    const others = awkwardNames.filter((other) => other !== name);
    for (const namespace of awkwardNames) add({ place: { tenant: name, namespace, key: 'key' } });
    add({ place: { tenant: 'acme', namespace: name, key: 'key' } });
    expect(index.removeNamespace(name, name)).toBe(1);
    expect(index.removeNamespace(name, name)).toBe(0);
    const found = index.nearest('partition', towards(0), 100).map((each) => each.place);
    expect(found).toHaveLength(awkwardNames.length);
    expect(found).toContainEqual({ tenant: 'acme', namespace: name, key: 'key' });
    expect(index.removeNamespace(name, null)).toBe(others.length);
    expect(index.status()).toMatchObject({ entries: 1 });
  });

  it('removes what of it is in a partition with others', () => {
    const { index, add } = openEntryIndex();
    for (const namespace of ['gone', 'kept']) {
      for (const key of ['a', 'b', 'c']) add({ place: { tenant: 'acme', namespace, key } });
    }
    expect(index.removeNamespace('acme', 'gone')).toBe(3);
    const found = index.nearest('partition', towards(0), 10);
    expect(found.map((each) => each.place.namespace)).toEqual(['kept', 'kept', 'kept']);
  });
});

describe('an expired entry of the entry index', () => {
  it('is not found from then on, and removed without being an eviction', () => {
    const { index, add, clock } = openEntryIndex();
    add({ key: 'short', livesMs: 1_000 });
    add({ key: 'long', livesMs: 2_000 });
    clock.advance(999);
    expect(index.nearest('partition', towards(0), 4)).toHaveLength(2);
    clock.advance(1);
    expect(index.nearest('partition', towards(0), 4)).toMatchObject([{ place: placeOf('long') }]);
    expect(index.status()).toMatchObject({ entries: 1, evictions: 0 });
  });

  it('does not stand before others, even when many expire at once', () => {
    const { index, add, clock } = openEntryIndex();
    for (let near = 0; near < 150; near += 1) add({ key: `near ${near}`, livesMs: 1_000 });
    add({ key: 'far', vector: towards(90) });
    clock.advance(1_000);
    expect(index.nearest('partition', towards(0), 2)).toMatchObject([{ place: placeOf('far') }]);
  });

  it('is not added when it is late', () => {
    const { index, add } = openEntryIndex();
    add({ key: 'a' });
    add({ key: 'a', livesMs: 0 });
    expect(index.nearest('partition', towards(0), 4)).toEqual([]);
    expect(index.status()).toMatchObject({ entries: 0, bytes: 0 });
  });
});
