import type { CacheEntry } from './entry.ts';

export type CacheStoreKind = 'MEMORY' | 'REDIS';

/**
 * Where entries are kept. `test/contract/cache-store.ts` runs against every adapter.
 *
 * What callers may rely on:
 * - Nothing crosses a tenant: an entry is found only with the tenant, namespace and key it was put under.
 * - After `put` resolved, `get` from any process that shares the store finds the entry until
 *   `entry.expiresAt`, unless it was evicted for room.
 * - `get` never returns an expired or half-written entry; what cannot be read is a miss.
 * - Methods reject when the store does not answer; they do not time out by themselves. Callers put a
 *   deadline and a breaker around them (`cache/guarded-store.ts`).
 */
export type CacheStore = AsyncDisposable & {
  readonly kind: CacheStoreKind;
  get(place: EntryPlace): Promise<CacheEntry | null>;
  put(place: EntryPlace, entry: CacheEntry): Promise<void>;
  /** Resolves to the number of entries removed: 0 or 1. */
  remove(place: EntryPlace): Promise<number>;
  /**
   * Resolves to the number of entries removed. What is put meanwhile may stay.
   *
   * @param namespace null: all of the tenant
   */
  removeNamespace(tenant: string, namespace: string | null): Promise<number>;
  /**
   * All entries that are there from beginning to end of the walk, in small steps and in any order; what comes or goes
   * meanwhile may be missing. Takes as long as it takes, and rejects when the store does not answer.
   */
  entries(): AsyncIterable<StoredEntry>;
  describe(): Promise<CacheStoreStatus>;
};

export type StoredEntry = { readonly place: EntryPlace; readonly entry: CacheEntry };

/** Where an entry lies. `key` is a digest without meaning, safe in any key space. */
export type EntryPlace = {
  readonly tenant: string;
  readonly namespace: string;
  readonly key: string;
};

/**
 * Null where the store cannot tell cheaply, or does not answer. `evictions` counts what was dropped for
 * room, not expiry.
 */
export type CacheStoreStatus = {
  readonly entries: number | null;
  readonly bytes: number | null;
  readonly evictions: number | null;
};
