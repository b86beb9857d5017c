import type { RedisClient } from './client.ts';
import { mastersOf } from './cluster.ts';
import { answerOf } from './errors.ts';

const KEYS_PER_SCAN = 1_000;

/**
 * The keys of the database that match, some at a time, on one node of a cluster after another. All keys are looked at,
 * in small steps: that holds up nobody, and takes seconds where there are millions. A key that is there all the while
 * comes at least once.
 *
 * @param pattern as KEYS takes it
 * @throws Error when a node is away
 */
export async function* scanKeys(
  redis: RedisClient,
  pattern: string,
): AsyncGenerator<readonly string[]> {
  for (const node of mastersOf(redis)) {
    let cursor = '0';
    do {
      const scanned = node.scan(cursor, 'MATCH', pattern, 'COUNT', KEYS_PER_SCAN);
      const [next, keys] = await answerOf(scanned);
      if (keys.length > 0) yield keys;
      cursor = next;
    } while (cursor !== '0');
  }
}

/** A pattern that matches `text` alone, by Redis's own quoting (the KEYS command). */
export function escapePattern(text: string): string {
  return text.replace(/[\\*?[\]^-]/g, '\\$&');
}
