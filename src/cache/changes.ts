import type { EntryPlace } from './store.ts';

/** What became of the stored answers that processes share. Plain JSON, without a prompt or an answer in it. */
export type CacheChange =
  | { readonly type: 'kept'; readonly place: EntryPlace }
  | { readonly type: 'removed'; readonly place: EntryPlace }
  /** @param namespace null: all of the tenant */
  | { readonly type: 'erased'; readonly tenant: string; readonly namespace: string | null };

export type CacheChangeListener = {
  /** A change that another process announced, in the order in which they were announced. */
  onChange(change: CacheChange): void;
  /** Changes were missed: what is known of the entries has to be read anew. Comes once at the start, too. */
  onGap(): void;
};

/**
 * Keeps what processes know of the stored answers in step. `test/contract/cache-changes.ts` runs against every adapter.
 *
 * What callers may rely on:
 * - What is announced when this resolves is heard by every other process within a second, or that process hears of a gap.
 *   A process does not hear its own changes.
 * - `announce` rejects when it is not known that others will hear.
 * - There is one listener, from `listen` to disposal.
 */
export type CacheChanges = AsyncDisposable & {
  announce(change: CacheChange): Promise<void>;
  listen(listener: CacheChangeListener): void;
};
