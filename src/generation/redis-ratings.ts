import { z } from 'zod';
import { defineScript } from '../redis/script.ts';
import type { Ratings } from './ratings.ts';
import type { GuardedPeersOptions } from './redis-peers-options.ts';

/** How much longer than a generation can be known its rating is. */
const MARGIN_MS = 60_000;

/** Takes down a verdict where there is none, and answers with what stands. */
const claim = defineScript(`
redis.call('HSETNX', KEYS[1], 'verdict', ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return redis.call('HMGET', KEYS[1], 'verdict', 'settled')
`);

/** Answers 1 to the first. */
const settle = defineScript(`
local first = redis.call('HSETNX', KEYS[1], 'settled', '1')
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return first
`);

const standing = z.tuple([z.enum(['GOOD', 'BAD', 'WRONG_CACHE_HIT']), z.string().nullable()]);

/** Ratings in Redis, a hash for each generation that was rated. Who comments on it, and how, is not in it. */
export function redisRatings(
  options: Pick<GuardedPeersOptions, 'redis' | 'keyPrefix' | 'keepMs' | 'guard'>,
): Ratings {
  const { redis, keyPrefix, keepMs, guard } = options;
  // A process that finds a generation at the last moment knows it for as long again.
  const keep = 2 * keepMs + MARGIN_MS;
  const keyOf = (generationId: string) => `${keyPrefix}rating:{${generationId}}`;

  return {
    async claim(generationId, verdict) {
      const stored = await guard.run(() => claim(redis, [keyOf(generationId)], [verdict, keep]));
      const [stands, settled] = standing.parse(stored);
      return { verdict: stands, settled: settled !== null };
    },
    async settle(generationId) {
      return (await guard.run(() => settle(redis, [keyOf(generationId)], [keep]))) === 1;
    },
    forget() {},
  };
}
