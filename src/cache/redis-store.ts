import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { RedisClient } from '../redis/client.ts';
import { mastersOf } from '../redis/cluster.ts';
import { answerOf } from '../redis/errors.ts';
import { escapePattern, scanKeys } from '../redis/scan.ts';
import { openJson, type Sealer } from '../redis/sealing.ts';
import type { CacheEntry } from './entry.ts';
import { pathOf, scopePath } from './place.ts';
import type { CacheStore } from './store.ts';

/** Raised when stored entries can no longer be read; older ones are then misses. */
const VERSION = 1;

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

  return {
    kind: 'REDIS',
    async get(place) {
      const key = root + pathOf(place);
      const stored = await answerOf(redis.get(key));
      return stored === null ? null : parse(openJson(sealer, stored, key));
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
    async describe() {
      const evictions = sum(await Promise.all(mastersOf(redis).map(evictionsOf)));
      const isKnown = !Number.isNaN(evictions);
      return { entries: null, bytes: null, evictions: isKnown ? evictions : null };
    },
    async [Symbol.asyncDispose]() {},
  };
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
