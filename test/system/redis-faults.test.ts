import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCache } from '../../src/cache/create-cache.ts';
import { withExactKey } from '../../src/cache/exact-key.ts';
import { guardStore } from '../../src/cache/guarded-store.ts';
import { NO_CHANGES } from '../../src/cache/no-changes.ts';
import { redisCacheStore } from '../../src/cache/redis-store.ts';
import { memoryVetoes } from '../../src/cache/semantic/memory-vetoes.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { connectRedis } from '../../src/redis/client.ts';
import { createSealer } from '../../src/redis/sealing.ts';
import { connected } from '../support/open-redis.ts';
import { recordLogs } from '../support/recorded-logs.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { sampleEntry, sampleQuestion } from '../support/sample-entry.ts';

const TIMEOUT_MS = 50;
/** What a look-up may take in all: the deadline, and what a busy machine adds. */
const ALLOWED_MS = 1_000;
const answer = sampleEntry();

/** The cache as the gateway puts it together. */
async function openCache(server: RedisServer) {
  const { logger, logs } = recordLogs();
  const redis = connectRedis({ url: server.url, connectTimeoutMs: 1_000, logger });
  const store = guardStore(
    redisCacheStore({ redis, keyPrefix: 'sluice:', sealer: createSealer(null) }),
    {
      name: 'redis',
      timeoutMs: TIMEOUT_MS,
      clock: systemClock,
    },
  );
  const cache = createCache({
    store,
    storeHealth: store.health,
    semantic: null,
    vetoes: memoryVetoes(),
    changes: NO_CHANGES,
    enabled: () => true,
    ttlSeconds: 3_600,
    clock: systemClock,
    logger,
  });
  await connected(redis);
  return { cache, redis, logs, [Symbol.asyncDispose]: () => redis[Symbol.asyncDispose]() };
}

type OpenCache = Awaited<ReturnType<typeof openCache>>;

/** Outcome and duration of one look-up. */
async function lookUp({ cache }: OpenCache) {
  const startedAt = performance.now();
  const { decision } = await cache.lookUp(withExactKey(sampleQuestion()));
  return { outcome: decision.outcome, ms: performance.now() - startedAt };
}

async function breakerOpens(opened: OpenCache): Promise<void> {
  for (let time = 0; time < 5; time += 1) {
    const { outcome, ms } = await lookUp(opened);
    expect(outcome).toBe('UNAVAILABLE');
    expect(ms).toBeLessThan(ALLOWED_MS);
  }
  expect(await opened.cache.status()).toMatchObject({
    storeHealthy: false,
    entries: null,
    evictions: null,
    dependencies: [{ name: 'redis', status: 'UNAVAILABLE' }],
  });
}

/** Lets the time for which an open breaker waits go by; nothing else waits on the time of day. */
function waitOutBreaker(): void {
  vi.setSystemTime(Date.now() + 2_000);
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the cache over Redis', () => {
  it('goes on without a Redis that was killed, and with it when it is back', async () => {
    await using server = await startRedis();
    await using opened = await openCache(server);
    await opened.cache.keep(withExactKey(sampleQuestion()), answer);
    expect((await lookUp(opened)).outcome).toBe('EXACT');

    await server.kill();
    await breakerOpens(opened);
    await opened.cache.keep(withExactKey(sampleQuestion()), answer);

    await server.restart();
    await connected(opened.redis);
    waitOutBreaker();
    expect((await lookUp(opened)).outcome).toBe('MISS');
    await opened.cache.keep(withExactKey(sampleQuestion()), answer);
    expect((await lookUp(opened)).outcome).toBe('EXACT');
    expect(await opened.cache.status()).toMatchObject({
      storeHealthy: true,
      dependencies: [{ name: 'redis', status: 'OK' }],
    });
  });

  it('pays a Redis that hangs the deadline a few times, and then nothing', async () => {
    await using server = await startRedis();
    await using opened = await openCache(server);
    await opened.cache.keep(withExactKey(sampleQuestion()), answer);

    server.pause();
    await breakerOpens(opened);
    const looks = await Promise.all(Array.from({ length: 1_000 }, () => lookUp(opened)));
    expect(new Set(looks.map(({ outcome }) => outcome))).toEqual(new Set(['UNAVAILABLE']));
    expect(Math.min(...looks.map(({ ms }) => ms))).toBeLessThan(TIMEOUT_MS);

    waitOutBreaker();
    expect((await lookUp(opened)).outcome).toBe('UNAVAILABLE');

    server.resume();
    await vi.waitFor(async () => {
      waitOutBreaker();
      expect((await lookUp(opened)).outcome).toBe('EXACT');
    });
  });

  it('starts without Redis', async () => {
    await using server = await startRedis();
    await server.kill();
    const { logger } = recordLogs();
    await using redis = connectRedis({ url: server.url, connectTimeoutMs: 1_000, logger });
    const store = redisCacheStore({ redis, keyPrefix: 'sluice:', sealer: createSealer(null) });
    await expect(store.describe()).rejects.toThrow();
  });

  it('says in the log that Redis is away, without what it was to keep', async () => {
    await using server = await startRedis();
    await using opened = await openCache(server);
    await server.kill();
    for (let time = 0; time < 20; time += 1) {
      await opened.cache.keep(withExactKey(sampleQuestion()), {
        ...answer,
        text: 'a secret answer',
      });
      await lookUp(opened);
    }
    const warnings = opened.logs.filter(({ level }) => level === 'warn');
    expect(warnings.length).toBeLessThanOrEqual(3);
    expect(inspect(opened.logs, { depth: 9 })).not.toContain('secret');
  });
});
