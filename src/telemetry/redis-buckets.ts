import { LRUCache } from 'lru-cache';
import type { RedisClient } from '../redis/client.ts';
import { answerOf } from '../redis/errors.ts';
import { escapePattern, scanKeys } from '../redis/scan.ts';
import { defineScript } from '../redis/script.ts';
import { type BucketState, countedIn } from './bucket.ts';
import { type BucketKind, type BucketSpan, type PlacedBucket, usefulMs } from './bucket-grid.ts';
import { mergeBuckets } from './merge-buckets.ts';
import { parseBucket } from './stored-bucket.ts';

/** Merged buckets that are remembered: all minutes and hours of a dozen tenants. */
const REMEMBERED = 1_000;

/** Changes with every write to the key. */
const STAMP = 'stamp';

/**
 * Writes one process's field, `<how much it has counted> <bucket as JSON>`. A write that comes late, by a connection that
 * was given up, must not undo a later one: the one that has counted more stays.
 */
const writeField = defineScript(`
local present = redis.call('HGET', KEYS[1], ARGV[1])
if present and tonumber(string.match(present, '^%d+')) >= tonumber(ARGV[2]) then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. ' ' .. ARGV[3], '${STAMP}', ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return 1
`);

/** Minutes and hours of all processes. The caller guards each call. */
export type SharedBuckets = {
  /** Stores all that this process has counted into a bucket, in place of what it stored before. */
  write(series: string, bucket: PlacedBucket): Promise<void>;
  /** What the other processes have stored of a span. */
  readOthers(series: string, span: BucketSpan): Promise<BucketState>;
  /** Takes out what all processes have stored of a series. */
  erase(series: string): Promise<void>;
};

/**
 * A bucket is one hash, `<root><series>:<minute|hour>:<index>`, with a field for each process that holds all
 * that this process has counted. To store it again changes nothing, so whatever fails may be repeated, and
 * merging is left to those who read. Redis drops a bucket that no window looks back on any more.
 *
 * A reader asks every bucket for its stamp, and only those that changed for their fields.
 */
export function redisBuckets(options: {
  redis: RedisClient;
  root: string;
  processId: string;
  newId: () => string;
}): SharedBuckets {
  const { redis, root, processId, newId } = options;
  const remembered = new LRUCache<string, { stamp: string | undefined; others: BucketState }>({
    max: REMEMBERED,
  });

  async function othersAt(key: string): Promise<readonly BucketState[]> {
    const stamp = await redis.hget(key, STAMP);
    if (stamp === null) return [];
    const known = remembered.get(key);
    if (known?.stamp === stamp) return [known.others];
    const { [STAMP]: readAt, [processId]: _own, ...fields } = await redis.hgetall(key);
    const others = mergeBuckets(Object.values(fields).flatMap(parseField)).state();
    remembered.set(key, { stamp: readAt, others });
    return [others];
  }

  return {
    async write(series, { kind, index, state }) {
      const key = keyOf(root + series, kind, index);
      const field = [processId, countedIn(state), JSON.stringify(state)];
      await writeField(redis, [key], [...field, newId(), usefulMs(kind)]);
    },
    async readOthers(series, { kind, last, count }) {
      const keys = Array.from({ length: count }, (_, age) =>
        keyOf(root + series, kind, last - age),
      );
      const others = await Promise.all(keys.map(othersAt));
      return mergeBuckets(others.flat()).state();
    },
    async erase(series) {
      for (const kind of ['minute', 'hour'] as const) {
        const pattern = `${escapePattern(keyOf(root + series, kind, ''))}*`;
        for await (const keys of scanKeys(redis, pattern)) {
          await Promise.all(keys.map((key) => answerOf(redis.unlink(key))));
        }
      }
    },
  };
}

function keyOf(series: string, kind: BucketKind, index: number | ''): string {
  return `${series}:${kind}:${index}`;
}

/** None for what nobody of ours has stored. */
function parseField(field: string): readonly BucketState[] {
  const state = parseBucket(field.slice(field.indexOf(' ') + 1));
  return state === null ? [] : [state];
}
