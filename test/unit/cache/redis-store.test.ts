import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redisCacheStore } from '../../../src/cache/redis-store.ts';
import { createSealer } from '../../../src/redis/sealing.ts';
import { collect } from '../../support/collect.ts';
import { openRedis, openRedisStore } from '../../support/open-redis.ts';
import { type RedisServer, startRedis } from '../../support/redis-server.ts';
import { sampleEntry, samplePlace } from '../../support/sample-entry.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server[Symbol.asyncDispose]());

const place = samplePlace({ key: 'key' });
const redisKey = 'sluice:cache:acme:default:key';

describe('the Redis store', () => {
  it('lets Redis expire an entry at an absolute time', async () => {
    await using opened = await openRedisStore(server.url);
    const entry = sampleEntry();
    await opened.store.put(place, entry);
    expect(await opened.redis.pexpiretime(redisKey)).toBe(entry.expiresAt);
  });

  it('asks once for a look-up', async () => {
    await using opened = await openRedisStore(server.url);
    await opened.store.put(place, sampleEntry());
    await opened.redis.config('RESETSTAT');
    await opened.store.get(place);
    const statistics = await opened.redis.info('commandstats');
    const commands = [...statistics.matchAll(/cmdstat_(\S+):calls=(\d+)/g)].map(
      ([, command, calls]) => `${command} ${calls}`,
    );
    expect(commands.filter((command) => !/^(config|info)/.test(command))).toEqual(['get 1']);
  });

  it.each([
    ['no JSON', 'garbage'],
    ['half an entry', JSON.stringify({ version: 1, ...sampleEntry() }).slice(0, -9)],
    ['an entry of another version', JSON.stringify({ version: 0, ...sampleEntry() })],
    ['an entry without a version', JSON.stringify(sampleEntry())],
    ['an entry without a text', JSON.stringify({ version: 1, ...sampleEntry(), text: undefined })],
    ['null', 'null'],
  ])('misses when the value is %s', async (_, value) => {
    await using opened = await openRedisStore(server.url);
    await opened.redis.set(redisKey, value);
    expect(await opened.store.get(place)).toBeNull();
  });

  it('misses what it cannot open: of another key, moved to another place, or never sealed', async () => {
    const [key, otherKey] = ['a', 'b'].map((fill) => Buffer.alloc(32, fill).toString('base64'));
    const sealer = createSealer([key as string]);
    await using opened = await openRedisStore(server.url, { sealer });
    const { store, redis } = opened;
    const neighbours = samplePlace({ tenant: 'globex', key: 'key' });
    const entry = sampleEntry();
    await store.put(place, entry);
    expect(await store.get(place)).toEqual(entry);
    await redis.rename(redisKey, 'sluice:cache:globex:default:key');
    expect(await store.get(neighbours)).toBeNull();

    await redis.set(redisKey, JSON.stringify({ version: 1, ...entry }));
    expect(await store.get(place)).toBeNull();
    await store.put(place, entry);
    for (const other of [createSealer([otherKey as string]), createSealer(null)]) {
      const otherStore = redisCacheStore({ redis, keyPrefix: 'sluice:', sealer: other });
      expect(await otherStore.get(place)).toBeNull();
    }
  });

  it('reads an entry of before there were traces', async () => {
    await using opened = await openRedisStore(server.url);
    const { trace: _, ...old } = sampleEntry();
    await opened.redis.set(redisKey, JSON.stringify({ version: 1, ...old }));
    expect(await opened.store.get(place)).toEqual({ ...old, trace: null });
    expect(await collect(opened.store.entries())).toHaveLength(1);
  });

  it('walks past what is no entry, or not of this prefix', async () => {
    await using opened = await openRedisStore(server.url, { keyPrefix: 's*[a-z]?:' });
    const { store, redis } = opened;
    const root = 's*[a-z]?:cache:';
    const entry = sampleEntry();
    await store.put(place, entry);
    await redis.set(`${root}acme:default:other`, 'garbage');
    await redis.lpush(`${root}acme:default:list`, 'another type');
    await redis.set(`${root}acme:default`, JSON.stringify({ version: 1, ...entry }));
    await redis.set(`${root}ac%me:default:key`, JSON.stringify({ version: 1, ...entry }));
    await redis.set('sax:cache:acme:default:key', JSON.stringify({ version: 1, ...entry }));
    expect(await collect(store.entries())).toEqual([{ place, entry }]);
  });

  it('walks past what it cannot open', async () => {
    const sealer = createSealer([Buffer.alloc(32, 'a').toString('base64')]);
    await using opened = await openRedisStore(server.url, { sealer });
    const { store, redis } = opened;
    const entry = sampleEntry();
    await store.put(place, entry);
    await redis.copy(redisKey, 'sluice:cache:globex:default:key');
    await redis.set('sluice:cache:acme:default:other', JSON.stringify({ version: 1, ...entry }));
    expect(await collect(store.entries())).toEqual([{ place, entry }]);
  });

  it('ends a walk with an error when Redis goes away', async () => {
    await using opened = await openRedisStore(server.url);
    const { store, redis } = opened;
    for (let index = 0; index < 100; index += 1) {
      await store.put(samplePlace({ key: `k${index}` }), sampleEntry());
    }
    const walk = store.entries()[Symbol.asyncIterator]();
    await walk.next();
    redis.disconnect();
    await expect(collect({ [Symbol.asyncIterator]: () => walk })).rejects.toThrow();
  });

  it('rejects without repeating what was stored when Redis refuses a command', async () => {
    await using opened = await openRedisStore(server.url);
    await opened.redis.lpush(redisKey, 'another type');
    await expect(opened.store.get(place)).rejects.toThrow('WRONGTYPE');

    await using admin = await openRedis(server.url);
    await admin.config('SET', 'maxmemory', '1');
    const failure = await opened.store.put(place, sampleEntry({ text: 'a secret answer' })).then(
      () => null,
      (error: unknown) => error,
    );
    await admin.config('SET', 'maxmemory', '0');
    expect(failure).toBeInstanceOf(Error);
    expect(inspect(failure)).toContain('OOM');
    expect(inspect(failure)).not.toContain('secret');
  });

  it('counts what Redis evicted for room', async () => {
    await using opened = await openRedisStore(server.url);
    await opened.redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
    const used = Number(/^used_memory:(\d+)/m.exec(await opened.redis.info('memory'))?.[1]);
    await opened.redis.config('SET', 'maxmemory', String(used + 200_000));
    for (let index = 0; index < 100; index += 1) {
      const text = 'x'.repeat(10_000);
      await opened.store.put(samplePlace({ key: `${index}` }), sampleEntry({ text }));
    }
    const { evictions } = await opened.store.describe();
    await opened.redis.config('SET', 'maxmemory', '0');
    expect(evictions).toBeGreaterThan(0);
  });

  it('leaves other prefixes alone, whatever the prefix holds', async () => {
    await using opened = await openRedisStore(server.url, { keyPrefix: 's*[a-z]?\\:' });
    await opened.redis.set('sax\\:cache:acme:default:key', 'not ours');
    await opened.store.put(place, sampleEntry());
    expect(await opened.store.removeNamespace('acme', 'default')).toBe(1);
    expect(await opened.redis.get('sax\\:cache:acme:default:key')).toBe('not ours');
  });
});
