import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { CacheEntry } from './entry.ts';
import type { CacheStore, EntryPlace } from './store.ts';

/** Raised when stored entries can no longer be read; older ones are then misses. */
const VERSION = 1;
const SCAN_COUNT = 1_000;

const storedEntry = z.object({
  version: z.literal(VERSION),
  id: z.string(),
  namespace: z.string(),
  prompt: z.string(),
  text: z.string(),
  reasoning: z.string().nullable(),
  model: z.string().nullable(),
  usage: z.object({
    inputTokens: z.number(),
    outputTokens: z.number(),
    source: z.enum(['PROVIDER', 'ESTIMATED']),
  }),
  createdAt: z.number(),
  expiresAt: z.number(),
});

/**
 * Entries in Redis, shared by all processes. A look-up is one GET. Each entry is one key of its own under
 * `<keyPrefix>cache:<tenant>:<namespace>:<key>`, so that every command stays in one slot of a cluster, and
 * it expires at an absolute time, so that a restart or a slow write does not make it live longer.
 *
 * @param options.redis not closed by this store
 */
export function redisCacheStore(options: { redis: Redis; keyPrefix: string }): CacheStore {
  const { redis, keyPrefix } = options;

  function keyOf({ tenant, namespace, key }: EntryPlace): string {
    return `${keyPrefix}cache:${encode(tenant)}:${encode(namespace)}:${key}`;
  }

  return {
    kind: 'REDIS',
    async get(place) {
      const stored = await redis.get(keyOf(place));
      return stored === null ? null : parse(stored);
    },
    async put(place, entry) {
      const stored = JSON.stringify({ version: VERSION, ...entry });
      await redis.set(keyOf(place), stored, 'PXAT', entry.expiresAt);
    },
    remove: (place) => redis.unlink(keyOf(place)),
    async removeNamespace(tenant, namespace) {
      const pattern = `${escapeGlob(keyOf({ tenant, namespace, key: '' }))}*`;
      let removed = 0;
      for await (const keys of redis.scanStream({ match: pattern, count: SCAN_COUNT })) {
        // One command a key: in a cluster they lie in different slots.
        const counts = await Promise.all((keys as string[]).map((key) => redis.unlink(key)));
        removed += counts.reduce((sum, count) => sum + count, 0);
      }
      return removed;
    },
    async describe() {
      const stats = await redis.info('stats');
      const evicted = /^evicted_keys:(\d+)/m.exec(stats)?.[1];
      return { entries: null, bytes: null, evictions: Number(evicted ?? 0) };
    },
    async [Symbol.asyncDispose]() {},
  };
}

/** Null for what another version wrote, or nobody of ours. */
function parse(stored: string): CacheEntry | null {
  try {
    const { version: _version, ...entry } = storedEntry.parse(JSON.parse(stored));
    return entry;
  } catch {
    return null;
  }
}

/** Leaves nothing in a name that parts keys, tags slots or means something in a pattern. */
function encode(name: string): string {
  return encodeURIComponent(name).replaceAll('*', '%2A');
}

function escapeGlob(text: string): string {
  return text.replace(/[\\*?[\]^-]/g, '\\$&');
}
