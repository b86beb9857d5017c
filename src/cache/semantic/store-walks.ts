import type { Clock } from '../../domain/clock.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { DataScope } from '../../tenancy/data-scope.ts';
import type { CacheEntry } from '../entry.ts';
import { pathOf } from '../place.ts';
import type { CacheStore, EntryPlace } from '../store.ts';
import { createPacer } from './pacer.ts';
import { createPlaceSet, type PlaceSet } from './place-set.ts';
import { createPersistent } from './until-done.ts';

/** Walks through the whole store, one after another, which bring the index to what the store has. */
export type StoreWalks = {
  /** There is a walk that begins from now on. */
  begin(): void;
  /** The walk that is under way leaves the place alone: it may have been read before what is known of it. */
  passOver(place: EntryPlace): void;
  passOverScope(scope: DataScope): void;
  /** Whether a walk is under way, or none has come to its end yet. */
  building(): boolean;
  lastFailure(): string | null;
};

export function createStoreWalks(options: {
  store: Pick<CacheStore, 'entries'>;
  index: { places(): Iterable<EntryPlace>; remove(place: EntryPlace): boolean };
  apply: (place: EntryPlace, entry: CacheEntry) => void;
  clock: Clock;
  logger: Logger;
  signal: AbortSignal;
}): StoreWalks {
  const { store, index, apply, clock, logger, signal } = options;
  const persistent = createPersistent({ ...options, what: 'reading the store for the index' });
  let passedOver = noPlaces();
  let wanted = false;
  let running = false;
  let everDone = false;

  async function walk(): Promise<void> {
    const startedAt = clock.elapsed();
    passedOver = noPlaces();
    wanted = false;
    const stored = await takeStored();
    await dropOthers(stored);
    if (signal.aborted) return;
    const ms = Math.round(clock.elapsed() - startedAt);
    logger.debug({ entries: stored.size, ms }, 'the store was read for the index');
  }

  /** Resolves to the paths of what is stored. */
  async function takeStored(): Promise<ReadonlySet<string>> {
    const pace = createPacer(clock);
    const stored = new Set<string>();
    for await (const { place, entry } of store.entries()) {
      if (signal.aborted) break;
      stored.add(pathOf(place));
      if (!passedOver.has(place)) apply(place, entry);
      await pace();
    }
    return stored;
  }

  async function dropOthers(stored: ReadonlySet<string>): Promise<void> {
    const pace = createPacer(clock);
    for (const place of index.places()) {
      if (signal.aborted) break;
      if (!stored.has(pathOf(place)) && !passedOver.has(place)) index.remove(place);
      await pace();
    }
  }

  async function run(): Promise<void> {
    if (running) return;
    running = true;
    while (wanted && !signal.aborted) await persistent.untilDone(walk);
    running = false;
    everDone = true;
    passedOver = noPlaces();
  }

  return {
    begin() {
      wanted = true;
      void run();
    },
    passOver(place) {
      if (running) passedOver.add(place);
    },
    passOverScope(scope) {
      if (running) passedOver.addScope(scope);
    },
    building: () => running || !everDone,
    lastFailure: persistent.lastFailure,
  };
}

function noPlaces(): PlaceSet {
  return createPlaceSet({ most: Number.POSITIVE_INFINITY });
}
