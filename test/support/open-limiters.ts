import { randomUUID } from 'node:crypto';
import type { DependencyHealth } from '../../src/domain/health.ts';
import { onReconnected, type RedisClient } from '../../src/redis/client.ts';
import { mastersOf } from '../../src/redis/cluster.ts';
import type { Limiter } from '../../src/tenancy/limiter.ts';
import { memoryLimiter } from '../../src/tenancy/memory-limiter.ts';
import { SERVER_TIME } from '../../src/tenancy/redis-limit-scripts.ts';
import { type RedisLimiterOptions, redisLimiter } from '../../src/tenancy/redis-limiter.ts';
import { fakeClock } from './fake-clock.ts';
import { openRedisClient } from './open-redis.ts';
import { type LogLine, recordLogs } from './recorded-logs.ts';

/** What two processes have that count together; in memory both are one. */
export type OpenLimiters = AsyncDisposable & {
  readonly here: Limiter;
  readonly there: Limiter;
  now(): number;
  /** Lets time go by, for the tenants of `limitedTenants`. */
  advance(milliseconds: number): Promise<void>;
  /** Resolves when what was left or settled before has been counted. */
  counted(): Promise<void>;
};

export type OpenAt = (startsAt?: number) => Promise<OpenLimiters>;

export const limitedTenants = ['acme', 'other', '{}:*é\u{1F414}'] as const;

export async function openMemoryLimiters(startsAt?: number): Promise<OpenLimiters> {
  const clock = fakeClock(startsAt);
  const limiter = memoryLimiter({ clock });
  return {
    here: limiter,
    there: limiter,
    now: clock.now,
    async advance(milliseconds) {
      clock.advance(milliseconds);
    },
    async counted() {},
    [Symbol.asyncDispose]: () => limiter[Symbol.asyncDispose](),
  };
}

/** As long as a timer can wait for a third of it, so that no place is renewed but by its generation. */
export const PLACES_LOST_AFTER_MS = 6_000_000_000;

/** A time that stands in a key beside those of the tenant. */
const KEPT_TIME = `redis.call('GET', (string.gsub(KEYS[1], '}.*', '}:now'))) + 0`;

/** @returns also a client, and what the keys of `acme` begin with */
export async function openRedisLimitersAt(
  url: string,
  startsAt?: number,
): Promise<OpenLimiters & { readonly redis: RedisClient; readonly root: string }> {
  const clock = fakeClock(startsAt);
  const keyPrefix = `${randomUUID()}:`;
  const changes = { clock, keyPrefix, time: KEPT_TIME, lostAfterMs: PLACES_LOST_AFTER_MS };
  const here = await openRedisLimiter(url, changes);
  const there = await openRedisLimiter(url, changes);

  async function advance(milliseconds: number) {
    clock.advance(milliseconds);
    await Promise.all(
      tags.map((tag) => here.redis.set(`${keyPrefix}limits:{${tag}}:now`, clock.now())),
    );
  }

  await advance(0);
  return {
    here: here.limiter,
    there: there.limiter,
    redis: here.redis,
    root: `${keyPrefix}limits:{acme}:`,
    now: clock.now,
    advance,
    async counted() {
      await here.counted();
      await there.counted();
    },
    async [Symbol.asyncDispose]() {
      await here[Symbol.asyncDispose]();
      await there[Symbol.asyncDispose]();
    },
  };
}

/** The names of `limitedTenants` in keys. */
const tags = ['acme', 'other', '%007B%007D%003A%002A%00E9%D83D%DC14'];

export type OpenRedisLimiter = AsyncDisposable & {
  readonly limiter: Limiter & { health(): DependencyHealth };
  readonly redis: RedisClient;
  readonly logs: readonly LogLine[];
  counted(): Promise<void>;
};

/** The limiter of one process, by the clock of Redis, with all that it holds open. */
export async function openRedisLimiter(
  url: string,
  changes: Partial<RedisLimiterOptions> = {},
): Promise<OpenRedisLimiter> {
  const { logger, logs } = recordLogs();
  const redis = await openRedisClient(url);
  const limiter = redisLimiter({
    redis,
    keyPrefix: 'sluice:',
    timeoutMs: 1_000,
    lostAfterMs: 15_000,
    time: SERVER_TIME,
    onReconnected: (callback) => onReconnected(redis, callback),
    clock: fakeClock(),
    logger,
    ...changes,
  });
  return {
    limiter,
    redis,
    logs,
    async counted() {
      // Twice, for a script that Redis has to be sent as a whole.
      for (let time = 0; time < 2; time += 1) {
        await new Promise((resolve) => setImmediate(resolve));
        await Promise.all(mastersOf(redis).map((node) => node.ping()));
      }
    },
    async [Symbol.asyncDispose]() {
      await limiter[Symbol.asyncDispose]();
      await redis[Symbol.asyncDispose]();
    },
  };
}
