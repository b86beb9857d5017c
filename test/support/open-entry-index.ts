import type { EntryIndex, IndexedEntry } from '../../src/cache/semantic/entry-index.ts';
import { exactIndex } from '../../src/cache/semantic/exact-index.ts';
import { memoryEntryIndex } from '../../src/cache/semantic/memory-entry-index.ts';
import { vectorArena } from '../../src/cache/semantic/vector-arena.ts';
import type { EntryPlace } from '../../src/cache/store.ts';
import { fakeClock } from './fake-clock.ts';

const DIMENSIONS = 32;

type Added = Partial<IndexedEntry> & { readonly key?: string; readonly livesMs?: number };

/** An empty index with room for about `entries` of those that are added by default. */
export function openEntryIndexFor(entries: number) {
  const { index, add } = openEntryIndex();
  add({ key: 'one' });
  const { bytes } = index.status();
  add({ key: 'two' });
  const each = index.status().bytes - bytes;
  return openEntryIndex(bytes + (entries - 0.5) * each);
}

/** An entry index in memory that is empty, and how to fill it. */
export function openEntryIndex(maxBytes = 10_000_000) {
  const clock = fakeClock();
  const arena = vectorArena({ dimensions: DIMENSIONS });
  const index = memoryEntryIndex({ maxBytes, clock, newIndex: () => exactIndex({ arena }) });
  return {
    ...{ index, clock },
    /** By default, an entry in the namespace `default` of the tenant `acme` that lives for an hour. */
    add({ key = 'key', livesMs = 3_600_000, ...changes }: Added) {
      index.add({
        ...{ place: placeOf(key), partition: 'partition', prompt: `The prompt of ${key}` },
        ...{ vector: towards(0), savesUsd: 0.001, expiresAt: clock.now() + livesMs },
        ...changes,
      });
    },
    /** Of all in the partition. */
    keys: () => keysOf(index),
  };
}

export function placeOf(key: string): EntryPlace {
  return { tenant: 'acme', namespace: 'default', key };
}

/** Vectors whose cosine is that of the angle between them. */
export function towards(degrees: number): Float32Array {
  const vector = new Float32Array(DIMENSIONS);
  vector.set([cosineOf(degrees), Math.sin((degrees * Math.PI) / 180)]);
  return vector;
}

export function cosineOf(degrees: number): number {
  return Math.cos((degrees * Math.PI) / 180);
}

function keysOf(index: EntryIndex): readonly string[] {
  const { entries } = index.status();
  return index.nearest('partition', towards(0), entries).map(({ place }) => place.key);
}
