import { LRUCache } from 'lru-cache';
import type { Clock } from '../domain/clock.ts';
import type { CacheEntry } from './entry.ts';
import type { CacheStore, EntryPlace } from './store.ts';

/** What an entry and its place take beside their texts, in bytes. */
const ENTRY_OVERHEAD_BYTES = 600;

/**
 * Entries within this process, the least recently used dropped first.
 *
 * @param options.maxBytes bound over all entries, at two bytes a UTF-16 unit; an entry that alone is larger
 *   is not kept
 */
export function memoryCacheStore(options: { maxBytes: number; clock: Clock }): CacheStore {
  const { maxBytes, clock } = options;
  let evictions = 0;
  const entries = new LRUCache<string, CacheEntry>({
    maxSize: maxBytes,
    sizeCalculation: sizeOf,
    dispose: (_entry, _place, reason) => {
      if (reason === 'evict') evictions += 1;
    },
  });

  return {
    kind: 'MEMORY',
    async get(place) {
      const address = addressOf(place);
      const entry = entries.get(address);
      if (entry === undefined) return null;
      if (entry.expiresAt > clock.now()) return entry;
      entries.delete(address);
      return null;
    },
    async put(place, entry) {
      entries.set(addressOf(place), entry);
    },
    async remove(place) {
      return entries.delete(addressOf(place)) ? 1 : 0;
    },
    async removeNamespace(tenant, namespace) {
      const prefix = addressOf({ tenant, namespace, key: '' });
      let removed = 0;
      for (const address of [...entries.keys()]) {
        if (address.startsWith(prefix) && entries.delete(address)) removed += 1;
      }
      return removed;
    },
    async describe() {
      return { entries: entries.size, bytes: entries.calculatedSize, evictions };
    },
    async [Symbol.asyncDispose]() {
      entries.clear();
    },
  };
}

/** JSON keeps the parts apart whatever they hold. */
function addressOf({ tenant, namespace, key }: EntryPlace): string {
  return `${JSON.stringify([tenant, namespace])}${key}`;
}

function sizeOf(entry: CacheEntry, address: string): number {
  const units =
    entry.text.length + entry.prompt.length + (entry.reasoning?.length ?? 0) + address.length;
  return ENTRY_OVERHEAD_BYTES + 2 * units;
}
