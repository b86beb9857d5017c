import type { Clock } from '../../domain/clock.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { DataScope } from '../../tenancy/data-scope.ts';
import type { CacheChange, CacheChanges } from '../changes.ts';
import type { CacheEntry } from '../entry.ts';
import type { CacheStore, EntryPlace } from '../store.ts';
import type { EntryIndex, IndexedEntry } from './entry-index.ts';
import { createPlaceSet } from './place-set.ts';
import { createRereading } from './rereading.ts';
import { createStoreWalks } from './store-walks.ts';

/** Of so many places it is known that somebody else may have changed them of late. */
const LATELY = 1_000;

/** An index that tells what is in it. */
export type WalkableIndex = EntryIndex & {
  /** All places there are; what comes or goes meanwhile may be missing. */
  places(): Iterable<EntryPlace>;
};

type KeepInStepOptions = {
  readonly store: CacheStore;
  readonly changes: CacheChanges;
  readonly index: WalkableIndex;
  /** Null for what like prompts must not find. */
  readonly indexedOf: (place: EntryPlace, entry: CacheEntry) => IndexedEntry | null;
  readonly clock: Clock;
  readonly logger: Logger;
};

export type InStep = AsyncDisposable & {
  /**
   * The index, for all that this process does with it. Only so what is read of the store at the same time does not undo
   * what the process has added or removed.
   */
  readonly index: EntryIndex;
  status(): InStepStatus;
};

export type InStepStatus = {
  /** The index does not have all of the store yet: at the start, and after changes were missed. */
  readonly building: boolean;
  /** What went wrong since the store was last read well; null when nothing has. */
  readonly lastFailure: string | null;
};

/**
 * Keeps the index of this process in step with a store that other processes write to as well, from now to disposal. It
 * closes nothing that it is given.
 *
 * - What another process has stored is read and added; what it has removed, or replaced by what like prompts must not
 *   find, is taken out.
 * - After a gap the whole store is read in the background, and what it has no more is taken out at the end. Until then
 *   the index serves as it is.
 * - Whatever is heard of a place, what the store has is read after that, and what was read before it counts for nothing.
 *   So the index comes to what the store has, in whatever order changes are heard and answers come.
 * - When the store does not answer, it is asked again, after pauses that grow. Nothing here keeps the event loop for more
 *   than a few milliseconds, nor the process alive.
 */
export function keepInStep(options: KeepInStepOptions): InStep {
  const { store, changes, index, indexedOf, clock, logger } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const lately = createPlaceSet({ most: LATELY });
  const walks = createStoreWalks({ store, index, apply, clock, logger, signal });
  const rereading = createRereading({
    read: store.get,
    apply,
    tooMany: walks.begin,
    ...{ clock, logger, signal },
  });

  function apply(place: EntryPlace, entry: CacheEntry | null) {
    const indexed = entry && indexedOf(place, entry);
    if (indexed === null) index.remove(place);
    else index.add(indexed);
  }

  /** A walk that has read of the place before may not undo what is done now. */
  function touch(place: EntryPlace) {
    walks.passOver(place);
    lately.add(place);
  }

  /**
   * What this process has done itself in the store it may tell the index after it has heard what another did later: which
   * of the two was the last, the store knows.
   */
  function touchOwn(place: EntryPlace) {
    if (lately.has(place) || rereading.isWaiting(place)) rereading.add(place);
    touch(place);
  }

  /** Of what was kept at the same time some may be there still. */
  function removeScope(scope: DataScope): number {
    const removed = index.removeNamespace(scope.tenant, scope.namespace);
    walks.passOverScope(scope);
    for (const place of lately.within(scope)) rereading.add(place);
    lately.addScope(scope);
    return removed;
  }

  function onChange(change: CacheChange) {
    if (signal.aborted) return;
    if (change.type === 'erased') {
      removeScope(change);
      return;
    }
    if (change.type === 'removed') index.remove(change.place);
    touch(change.place);
    rereading.add(change.place);
  }

  changes.listen({
    onChange,
    onGap() {
      if (signal.aborted) return;
      lately.addAll();
      walks.begin();
    },
  });

  return {
    index: {
      ...index,
      add(entry) {
        touchOwn(entry.place);
        index.add(entry);
      },
      remove(place) {
        touchOwn(place);
        return index.remove(place);
      },
      removeNamespace: (tenant, namespace) => removeScope({ tenant, namespace }),
    },
    status: () => ({
      building: walks.building(),
      lastFailure: walks.lastFailure() ?? rereading.lastFailure(),
    }),
    async [Symbol.asyncDispose]() {
      stopping.abort();
    },
  };
}
