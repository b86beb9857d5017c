import type { Clock } from '../../domain/clock.ts';
import type { EntryPlace } from '../store.ts';
import type { EntryIndex, IndexedEntry, Neighbour } from './entry-index.ts';
import { indexedHeap } from './indexed-heap.ts';
import { placeMap, type Scope } from './place-map.ts';
import type { VectorIndex } from './vector-index.ts';

export type MemoryEntryIndexOptions = {
  readonly maxBytes: number;
  readonly clock: Pick<Clock, 'now'>;
  /** Opens an empty index for a partition; it is disposed of with the last of its entries. */
  readonly newIndex: () => VectorIndex & Disposable;
};

export type MemoryEntryIndex = EntryIndex & {
  /** All places there are; what comes or goes meanwhile may be missing. */
  places(): Iterable<EntryPlace>;
};

type Entry = {
  readonly scope: Scope;
  readonly key: string;
  readonly prompt: string;
  readonly partition: Partition;
  /** Without its vector. */
  readonly bytes: number;
  /** What one use saves, in USD for a byte. */
  readonly gain: number;
  uses: number;
};

type Partition = {
  readonly name: string;
  readonly index: VectorIndex & Disposable;
  /** As they were counted last. */
  bytes: number;
};

/**
 * Entries in this process's memory, at most `maxBytes` of them by an upper estimate.
 *
 * What goes first is told by GreedyDual-Size with frequency (Cao and Irani 1997; Cherkasova 1998): an entry ranks at what
 * its uses saved for each of its bytes, plus the rank of the last one evicted when it was used last. Those that are not
 * used are thus overtaken by those that are, whatever they saved.
 *
 * What has expired is removed when others are added or looked for, some at a time.
 */
export function memoryEntryIndex(options: MemoryEntryIndexOptions): MemoryEntryIndex {
  const { maxBytes, clock, newIndex } = options;
  const entries: (Entry | null)[] = [];
  const freeIds: number[] = [];
  const places = placeMap();
  const partitions = new Map<string, Partition>();
  const byRank = indexedHeap();
  const byExpiry = indexedHeap();
  let bytes = 0;
  let evictions = 0;
  let lastEvictedRank = 0;

  function add({ place, partition: name, prompt, vector, savesUsd, expiresAt }: IndexedEntry) {
    const known = places.get(place);
    const uses = known === undefined ? 1 : (entries[known]?.uses ?? 1);
    if (known !== undefined) forget([known]);
    forgetExpired();
    const ownBytes = ENTRY_BYTES + bytesOfText(place.key) + bytesOfText(prompt);
    const size = ownBytes + 2 * vector.length;
    if (expiresAt <= clock.now() || size + PARTITION_BYTES > maxBytes) return;

    const id = freeIds.pop() ?? entries.length;
    const partition = openPartition(name);
    partition.index.add(`${id}`, vector);
    entries[id] = {
      ...{ scope: places.set(place, id), key: place.key, prompt, partition, uses },
      ...{ bytes: ownBytes, gain: Math.max(savesUsd ?? TYPICAL_USD, LEAST_USD) / size },
    };
    bytes += ownBytes;
    recount(partition);
    byExpiry.set(id, expiresAt);
    rank(id);
    makeRoom();
  }

  function openPartition(name: string): Partition {
    const known = partitions.get(name);
    if (known !== undefined) return known;
    const partition = { name, index: newIndex(), bytes: PARTITION_BYTES };
    partitions.set(name, partition);
    bytes += PARTITION_BYTES;
    return partition;
  }

  function recount(partition: Partition) {
    bytes -= partition.bytes;
    partition.bytes = PARTITION_BYTES + partition.index.bytes;
    bytes += partition.bytes;
  }

  function rank(id: number) {
    const entry = entries[id];
    if (entry) byRank.set(id, lastEvictedRank + entry.uses * entry.gain);
  }

  function makeRoom() {
    while (bytes > maxBytes) {
      if (forgetExpired()) continue;
      const least = byRank.first();
      if (least === undefined) return;
      lastEvictedRank = byRank.rankOf(least) ?? 0;
      evictions += 1;
      forget([least]);
    }
  }

  /** Some of them; false: there were none. */
  function forgetExpired(): boolean {
    const now = clock.now();
    for (let forgotten = 0; forgotten < AT_A_TIME; forgotten += 1) {
      const id = byExpiry.first();
      if (id === undefined || (byExpiry.rankOf(id) ?? 0) > now) return forgotten > 0;
      forget([id]);
    }
    return true;
  }

  function forget(ids: readonly number[]) {
    const groups = Map.groupBy(ids, (id) => entries[id]?.partition);
    for (const [partition, itsIds] of groups) {
      if (partition !== undefined) forgetVectors(partition, itsIds);
    }
    for (const id of ids) forgetEntry(id);
  }

  function forgetVectors(partition: Partition, ids: readonly number[]) {
    const { name, index } = partition;
    if (ids.length === index.size) {
      index[Symbol.dispose]();
      partitions.delete(name);
      bytes -= partition.bytes;
      return;
    }
    for (const id of ids) index.remove(`${id}`);
    recount(partition);
  }

  function forgetEntry(id: number) {
    const entry = entries[id];
    if (!entry) return;
    entries[id] = null;
    freeIds.push(id);
    byRank.remove(id);
    byExpiry.remove(id);
    places.delete(placeOf(entry));
    bytes -= entry.bytes;
  }

  function neighboursIn(partition: Partition, vector: Float32Array, count: number): Neighbour[] {
    const now = clock.now();
    return partition.index.nearest(vector, count).flatMap(({ key, similarity }) => {
      const id = Number(key);
      const entry = entries[id];
      // Nothing crosses a partition, whatever an index of it says.
      if (!entry || entry.partition !== partition || (byExpiry.rankOf(id) ?? 0) <= now) return [];
      return [{ place: placeOf(entry), prompt: entry.prompt, similarity }];
    });
  }

  return {
    add,
    remove(place) {
      const id = places.get(place);
      if (id === undefined) return false;
      forget([id]);
      return true;
    },
    removeNamespace(tenant, namespace) {
      const ids = places.take(tenant, namespace);
      // The last first: they expire last, and what is at the end of a heap leaves it at once.
      forget(ids.reverse());
      return ids.length;
    },
    clear() {
      for (const { index } of partitions.values()) index[Symbol.dispose]();
      for (const store of [partitions, places, byRank, byExpiry]) store.clear();
      entries.length = 0;
      freeIds.length = 0;
      bytes = 0;
    },
    nearest(name, vector, count) {
      forgetExpired();
      const partition = partitions.get(name);
      if (partition === undefined) return [];
      // It may have grown in the background.
      recount(partition);
      const found = neighboursIn(partition, vector, count);
      if (found.length === count || partition.index.size <= count) return found;
      // Some have expired and stand before others that have not.
      return neighboursIn(partition, vector, count + AT_A_TIME).slice(0, count);
    },
    used(place) {
      const id = places.get(place);
      const entry = id === undefined ? null : entries[id];
      if (id === undefined || !entry) return;
      entry.uses += 1;
      rank(id);
    },
    *places() {
      for (const entry of entries) if (entry) yield placeOf(entry);
    },
    status: () => ({
      ...{ entries: entries.length - freeIds.length, partitions: partitions.size },
      ...{ bytes, evictions },
    }),
  };
}

/** How many expired entries are removed in one call, which takes less than a millisecond. */
const AT_A_TIME = 100;

/** For an answer whose price is not known: what a short one from a small model costs. */
const TYPICAL_USD = 0.001;

/** A model that costs nothing takes time: an answer used often is worth more than one that is not. */
const LEAST_USD = 0.000_001;

/** What stands for an entry beside its texts and its vector, and for a partition; measured with Node 24. */
const ENTRY_BYTES = 250;
const PARTITION_BYTES = 3_000;

function placeOf({ scope: { tenant, namespace }, key }: Entry): EntryPlace {
  return { tenant, namespace, key };
}

/** Two bytes a unit as soon as one of them needs two. */
function bytesOfText(text: string): number {
  return STRING_BYTES + text.length * (/[\u0100-\uffff]/.test(text) ? 2 : 1);
}

const STRING_BYTES = 24;
