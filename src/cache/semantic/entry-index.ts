import type { EntryPlace } from '../store.ts';

/** What is known of a stored answer by which a like prompt finds it. */
export type IndexedEntry = {
  readonly place: EntryPlace;
  /** The digest of all that has to be equal before two prompts are compared. */
  readonly partition: string;
  readonly prompt: string;
  readonly vector: Float32Array;
  /** What one hit saves, in USD; null when no price is known. */
  readonly savesUsd: number | null;
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt: number;
};

export type Neighbour = {
  readonly place: EntryPlace;
  readonly prompt: string;
  /** Cosine. */
  readonly similarity: number;
};

/**
 * The prompts that were answered, in this process's memory, partition by partition.
 *
 * What callers may rely on:
 * - Nothing crosses a partition, and one is gone with the last of its entries.
 * - An entry is there once: added again it takes its own place, also in another partition.
 * - Memory is bounded. What is worth least goes first: worth is what an entry is likely to save, by what a hit saves and
 *   how often and how lately it was used.
 * - What has expired is not found.
 * - `removeNamespace` gives the number of entries removed.
 */
export type EntryIndex = {
  add(entry: IndexedEntry): void;
  remove(place: EntryPlace): boolean;
  /** @param namespace null: all of the tenant */
  removeNamespace(tenant: string, namespace: string | null): number;
  clear(): void;
  nearest(partition: string, vector: Float32Array, count: number): readonly Neighbour[];
  /** The entry at `place` has served. */
  used(place: EntryPlace): void;
  status(): EntryIndexStatus;
};

export type EntryIndexStatus = {
  readonly entries: number;
  readonly partitions: number;
  readonly bytes: number;
  /** What was dropped for room. */
  readonly evictions: number;
};
