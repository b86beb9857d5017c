import { type DataScope, isWithin } from '../../tenancy/data-scope.ts';
import { pathOf, scopePath } from '../place.ts';
import type { EntryPlace } from '../store.ts';

/** Places, each by itself, with all of its scope, or with all there are. */
export type PlaceSet = {
  add(place: EntryPlace): void;
  addScope(scope: DataScope): void;
  addAll(): void;
  has(place: EntryPlace): boolean;
  /** Those of a scope that were added by themselves. */
  within(scope: DataScope): readonly EntryPlace[];
};

/** Neither a place nor a scope has it as its path. */
const ALL = '*';

/** @param most of what was added, the last so many are there */
export function createPlaceSet({ most }: { most: number }): PlaceSet {
  /** By its path, which no place shares with a scope, in the order in which they were last added; null: a scope. */
  const added = new Map<string, EntryPlace | null>();

  function addAs(path: string, place: EntryPlace | null) {
    added.delete(path);
    added.set(path, place);
    const [oldest] = added.keys();
    if (added.size > most && oldest !== undefined) added.delete(oldest);
  }

  return {
    add: (place) => addAs(pathOf(place), place),
    addScope: ({ tenant, namespace }) => addAs(scopePath(tenant, namespace), null),
    addAll: () => addAs(ALL, null),
    has: (place) =>
      added.has(ALL) ||
      added.has(pathOf(place)) ||
      added.has(scopePath(place.tenant, place.namespace)) ||
      added.has(scopePath(place.tenant, null)),
    within: (scope) =>
      [...added.values()]
        .filter((place) => place !== null)
        .filter((place) => isWithin(scope, place)),
  };
}
