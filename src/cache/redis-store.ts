import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { RedisClient } from '../redis/client.ts';
import { mastersOf } from '../redis/cluster.ts';
import { answerOf } from '../redis/errors.ts';
import type { CacheEntry } from './entry.ts';
import { namespacePath, pathOf } from './place.ts';
import type { CacheStore } from './store.ts';

/** Raised when stored entries can no longer be read; older ones are then misses. */
const VERSION = 1;
const KEYS_PER_SCAN = 1_000;

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
 * Entries in Redis (6.2 or later), shared by all processes. A look-up is one GET. Each entry is one key of
 * its own, `<keyPrefix>cache:<tenant>:<namespace>:<key>`, and every command names one key, so that it stays
 * in one slot of a cluster. An entry expires at an absolute time by Redis's clock, so that a restart or a
 * slow write does not make it live longer.
 *
 * `removeNamespace` walks through all keys of the database in small steps, on one node of a cluster after another:
 * it holds up nobody, and takes seconds where there are millions. It rejects when a node is away. `evictions` are
 * those of the whole server, or of all nodes, since they started.
 *
 * @param options.redis not closed by this store
 */
export function redisCacheStore(options: { redis: RedisClient; keyPrefix: string }): CacheStore {
  const { redis } = options;
  const root = `${options.keyPrefix}cache:`;

  return {
    kind: 'REDIS',
    async get(place) {
      const stored = await answerOf(redis.get(root + pathOf(place)));
      return stored === null ? null : parse(stored);
    },
    async put(place, entry) {
      const stored = JSON.stringify({ version: VERSION, ...entry });
      await answerOf(redis.set(root + pathOf(place), stored, 'PXAT', entry.expiresAt));
    },
    remove: (place) => answerOf(redis.unlink(root + pathOf(place))),
    async removeNamespace(tenant, namespace) {
      const pattern = `${escapePattern(root + namespacePath(tenant, namespace))}*`;
      let removed = 0;
      for (const node of mastersOf(redis)) {
        for await (const keys of scan(node, pattern)) {
          // One command a key: in a cluster they lie in different slots.
          const counts = await Promise.all(keys.map((key) => answerOf(redis.unlink(key))));
          removed += sum(counts);
        }
      }
      return removed;
    },
    async describe() {
      const evictions = sum(await Promise.all(mastersOf(redis).map(evictionsOf)));
      const isKnown = !Number.isNaN(evictions);
      return { entries: null, bytes: null, evictions: isKnown ? evictions : null };
    },
    async [Symbol.asyncDispose]() {},
  };
}

async function* scan(node: Redis, pattern: string): AsyncGenerator<readonly string[]> {
  let cursor = '0';
  do {
    const scanned = node.scan(cursor, 'MATCH', pattern, 'COUNT', KEYS_PER_SCAN);
    const [next, keys] = await answerOf(scanned);
    yield keys;
    cursor = next;
  } while (cursor !== '0');
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
function parse(stored: string): CacheEntry | null {
  try {
    const { version: _version, ...entry } = storedEntry.parse(JSON.parse(stored));
    return entry;
  } catch {
    return null;
  }
}

/** Redis's own quoting in patterns (the KEYS command). */
function escapePattern(text: string): string {
  return text.replace(/[\\*?[\]^-]/g, '\\$&');
}
