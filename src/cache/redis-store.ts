import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { RedisClient } from '../redis/client.ts';
import { mastersOf } from '../redis/cluster.ts';
import { answerOf } from '../redis/errors.ts';
import { escapePattern, scanKeys } from '../redis/scan.ts';
import { openJson, type Sealer } from '../redis/sealing.ts';
import type { CacheEntry } from './entry.ts';
import { pathOf, placeOfPath, scopePath } from './place.ts';
import type { CacheStore, StoredEntry } from './store.ts';

/** Raised when stored entries can no longer be read; older ones are then misses. */
const VERSION = 1;

/** A walk asks for so many entries at once: a few hundred kilobytes as a rule. */
const READ_AT_ONCE = 64;

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
  /** Entries of before there were any have none. */
  trace: z
    .object({ partition: z.string(), vector: z.string(), savesUsd: z.number().nullable() })
    .nullable()
    .default(null),
});

/**
 * Entries in Redis (6.2 or later), shared by all processes. A look-up is one GET. Each entry is one key of
 * its own, `<keyPrefix>cache:<tenant>:<namespace>:<key>`, and every command names one key, so that it stays
 * in one slot of a cluster. An entry expires at an absolute time by Redis's clock, so that a restart or a
 * slow write does not make it live longer.
 *
 * `removeNamespace` and `entries` walk through all keys of the database in small steps, on one node of a cluster after
 * another: that holds up nobody, and takes seconds where there are millions. They reject when a node is away. An entry
 * is opened when the walk comes to it, so that who walks decides when work is done. `evictions` are those of the whole
 * server, or of all nodes, since they started.
 *
 * Entries are sealed; one that cannot be opened is a miss, and so is one that was never sealed when the sealer has keys.
 *
 * @param options.redis not closed by this store
 */
export function redisCacheStore(options: {
  redis: RedisClient;
  keyPrefix: string;
  sealer: Sealer;
}): CacheStore {
  const { redis, sealer } = options;
  const root = `${options.keyPrefix}cache:`;

  function open(key: string, stored: string | null): CacheEntry | null {
    return stored === null ? null : parse(openJson(sealer, stored, key));
  }

  async function* readAll(keys: readonly string[]): AsyncGenerator<StoredEntry> {
    // One command a key, as in a cluster they lie in different slots.
    const read = await Promise.all(keys.map((key) => answerOf(redis.get(key)).catch(passOver)));
    for (const [index, key] of keys.entries()) {
      const place = placeOfPath(key.slice(root.length));
      const entry = open(key, read[index] ?? null);
      if (place !== null && entry !== null) yield { place, entry };
    }
  }

  return {
    kind: 'REDIS',
    async get(place) {
      const key = root + pathOf(place);
      return open(key, await answerOf(redis.get(key)));
    },
    async put(place, entry) {
      const key = root + pathOf(place);
      const stored = sealer.seal(JSON.stringify({ version: VERSION, ...entry }), key);
      await answerOf(redis.set(key, stored, 'PXAT', entry.expiresAt));
    },
    remove: (place) => answerOf(redis.unlink(root + pathOf(place))),
    async removeNamespace(tenant, namespace) {
      const pattern = `${escapePattern(root + scopePath(tenant, namespace))}*`;
      let removed = 0;
      for await (const keys of scanKeys(redis, pattern)) {
        // One command a key: in a cluster they lie in different slots.
        const counts = await Promise.all(keys.map((key) => answerOf(redis.unlink(key))));
        removed += sum(counts);
      }
      return removed;
    },
    async *entries() {
      for await (const keys of scanKeys(redis, `${escapePattern(root)}*`)) {
        for (let start = 0; start < keys.length; start += READ_AT_ONCE) {
          yield* readAll(keys.slice(start, start + READ_AT_ONCE));
        }
      }
    },
    async describe() {
      const evictions = sum(await Promise.all(mastersOf(redis).map(evictionsOf)));
      const isKnown = !Number.isNaN(evictions);
      return { entries: null, bytes: null, evictions: isKnown ? evictions : null };
    },
    async [Symbol.asyncDispose]() {},
  };
}

/** What is no string was never an entry. All else that fails ends the walk. */
function passOver(error: unknown): null {
  if (error instanceof Error && error.message.startsWith('WRONGTYPE')) return null;
  throw error;
}

/** Not a number where a server does not tell. */
async function evictionsOf(node: Redis): Promise<number> {
  const stats = await answerOf(node.info('stats'));
  return Number(/^evicted_keys:(\d+)/m.exec(stats)?.[1]);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Null for what another version wrote, or nobody of ours. */
function parse(stored: unknown): CacheEntry | null {
  const { success, data } = storedEntry.safeParse(stored);
  if (!success) return null;
  const { version: _version, ...entry } = data;
  return entry;
}
