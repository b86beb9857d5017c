import { describe, expect, it } from 'vitest';
import { askForAnswer } from '../support/ask.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { openRedis } from '../support/open-redis.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { say } from '../support/upstream-script.ts';

const prompt = 'What do day-old chicks eat?';

async function start(environment: Record<string, string>): Promise<Gateway> {
  const gateway = await startGateway({
    ...environment,
    // A busy machine is no Redis that is away.
    REDIS_TIMEOUT_MS: '2000',
    REDIS_STATISTICS_FLUSH_MS: '100',
  });
  gateway.upstream.answersAll(() => say('Starter feed.'));
  return gateway;
}

/** What its keys begin with, after the prefix of all. */
async function kindsOfKeys(server: RedisServer): Promise<string[]> {
  await using redis = await openRedis(server.url);
  const kinds = (await redis.keys('*')).map((key) => key.split(':')[1] ?? '');
  return [...new Set(kinds)].sort();
}

async function dependencies(gateway: Gateway): Promise<Record<string, string>> {
  const { dependencies: all } = await (await fetch(`${gateway.origin}/health`)).json();
  const entries = all.map(({ name, status }: { name: string; status: string }) => [name, status]);
  return Object.fromEntries(entries);
}

describe('a Redis for stored answers beside that for all else', () => {
  it('holds them, and nothing else', async () => {
    await using redis = await startRedis();
    await using cache = await startRedis();
    await using gateway = await start({ REDIS_URL: redis.url, REDIS_CACHE_URL: cache.url });
    await askForAnswer(gateway, { prompt });
    expect((await askForAnswer(gateway, { prompt })).cached).toBe(true);
    await expect.poll(() => kindsOfKeys(redis)).toContain('statistics');
    expect(await kindsOfKeys(redis)).not.toContain('cache');
    expect(await kindsOfKeys(cache)).toEqual(['cache']);
    const bothWell = { redis: 'OK', 'redis-cache': 'OK' };
    await expect.poll(() => dependencies(gateway)).toMatchObject(bothWell);
  });

  it('may be away alone', async () => {
    await using redis = await startRedis();
    await using cache = await startRedis();
    await using gateway = await start({ REDIS_URL: redis.url, REDIS_CACHE_URL: cache.url });
    await cache.kill();
    const { text, decision } = await askForAnswer(gateway, { prompt });
    expect(text).toBe('Starter feed.');
    expect(decision.cache.outcome).toBe('UNAVAILABLE');
    await expect
      .poll(() => dependencies(gateway))
      .toMatchObject({ redis: 'OK', 'redis-cache': expect.not.stringMatching('OK') });
    expect(gateway.logs).toContainEqual(
      expect.objectContaining({ level: 'warn', message: 'redis-cache is away' }),
    );
  });

  it('may be the only one', async () => {
    await using cache = await startRedis();
    await using one = await start({ REDIS_CACHE_URL: cache.url });
    await using other = await start({ REDIS_CACHE_URL: cache.url });
    await askForAnswer(one, { prompt });
    expect((await askForAnswer(other, { prompt })).cached).toBe(true);
    // Reports have no other place then.
    await expect.poll(() => kindsOfKeys(cache)).toEqual(['cache', 'veto-changes']);
    expect(Object.keys(await dependencies(other))).toContain('redis-cache');
    expect(Object.keys(await dependencies(other))).not.toContain('redis');
  });
});

describe('one Redis for all', () => {
  it('is one dependency on one connection for commands', async () => {
    await using redis = await startRedis();
    await using gateway = await start({ REDIS_URL: redis.url, REDIS_CACHE_URL: `${redis.url}/0` });
    await using admin = await openRedis(redis.url);
    const clients = async () =>
      String(await admin.call('CLIENT', 'LIST', 'TYPE', 'normal'))
        .trim()
        .split('\n');
    // The gateway's, and that which asks; that for messages is one of these until it listens.
    await expect.poll(clients).toHaveLength(2);
    expect(Object.keys(await dependencies(gateway))).not.toContain('redis-cache');
  });

  it('is warned of at start when it evicts', async () => {
    await using redis = await startRedis({
      args: ['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru'],
    });
    await using gateway = await start({ REDIS_URL: redis.url });
    const warning = { level: 'warn', policy: 'allkeys-lru' };
    await expect.poll(() => gateway.logs).toContainEqual(expect.objectContaining(warning));
  });
});
