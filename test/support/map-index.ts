import { pathOf, scopePath } from '../../src/cache/place.ts';
import type { IndexedEntry } from '../../src/cache/semantic/entry-index.ts';
import type { WalkableIndex } from '../../src/cache/semantic/keep-in-step.ts';

export type MapIndex = WalkableIndex & {
  /** What is in it, by path, in the order of the paths. */
  contents(): readonly (readonly [path: string, prompt: string])[];
};

/** An index that finds nothing, for tests of what is put into one. It never drops anything by itself. */
export function mapIndex(): MapIndex {
  const entries = new Map<string, IndexedEntry>();

  return {
    add: (entry) => void entries.set(pathOf(entry.place), entry),
    remove: (place) => entries.delete(pathOf(place)),
    removeNamespace(tenant, namespace) {
      const start = scopePath(tenant, namespace);
      const paths = [...entries.keys()].filter((path) => path.startsWith(start));
      return paths.filter((path) => entries.delete(path)).length;
    },
    clear: () => entries.clear(),
    nearest: () => [],
    used() {},
    status: () => ({ entries: entries.size, partitions: 1, bytes: 0, evictions: 0 }),
    *places() {
      for (const { place } of entries.values()) yield place;
    },
    contents: () => [...entries].map(([path, { prompt }]) => [path, prompt] as const).sort(byPath),
  };
}

function byPath([one]: readonly [string, string], [other]: readonly [string, string]): number {
  return one < other ? -1 : 1;
}
