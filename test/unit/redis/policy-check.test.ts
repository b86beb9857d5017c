import { describe, expect, it } from 'vitest';
import type { RedisClient } from '../../../src/redis/client.ts';
import { checkPolicies } from '../../../src/redis/policy-check.ts';
import { openRedis, openRedisClient } from '../../support/open-redis.ts';
import { recordLogs } from '../../support/recorded-logs.ts';
import { startRedisClusterOfThree } from '../../support/redis-cluster.ts';
import { startRedis } from '../../support/redis-server.ts';

const BOUND = ['--maxmemory', '100mb'];
const evicting = { args: [...BOUND, '--maxmemory-policy', 'allkeys-lru'] };
const refusing = { args: [...BOUND, '--maxmemory-policy', 'noeviction'] };
const unbound = { args: ['--maxmemory', '0', '--maxmemory-policy', 'allkeys-lru'] };

/** What is said of Redises that hold all but stored answers, and those. */
function check(roles: { redis: RedisClient | null; cacheRedis: RedisClient | null }) {
  const { logger, logs } = recordLogs();
  const all = checkPolicies({ ...roles, logger });
  return { all, logs, said: () => logs.map(({ level, message }) => `${level}: ${message}`) };
}

describe('the policy of one Redis for all', () => {
  it('is warned of when it evicts', async () => {
    await using server = await startRedis(evicting);
    await using redis = await openRedis(server.url);
    const { logs, said } = check({ redis, cacheRedis: redis });
    await expect
      .poll(said)
      .toEqual([
        expect.stringMatching(/^warn: .*runs.* may vanish.*needs noeviction.*REDIS_CACHE_URL/),
      ]);
    expect(logs[0]).toMatchObject({ policy: 'allkeys-lru', maxmemoryBytes: 104_857_600 });
  });

  it('is told of when stored answers may fill it', async () => {
    await using server = await startRedis(refusing);
    await using redis = await openRedis(server.url);
    const { said } = check({ redis, cacheRedis: redis });
    await expect
      .poll(said)
      .toEqual([expect.stringMatching(/^info: .*refuses writes.*REDIS_CACHE_URL/)]);
  });

  it('does not matter without a bound', async () => {
    await using server = await startRedis(unbound);
    await using redis = await openRedis(server.url);
    const { all, said } = check({ redis, cacheRedis: redis });
    await all;
    expect(said()).toEqual([]);
  });
});

describe('the policies of two Redises', () => {
  it('are warned of when each has the other’s', async () => {
    await using servers = await startTwo(evicting, refusing);
    const { said } = check(servers);
    await expect
      .poll(() => said().sort())
      .toEqual([
        expect.stringMatching(/^warn: redis evicts .*may vanish/),
        expect.stringMatching(/^warn: redis-cache refuses .*allkeys-lru/),
      ]);
  });

  it('are passed over when they suit', async () => {
    await using servers = await startTwo(refusing, evicting);
    const { all, said } = check(servers);
    await all;
    expect(said()).toEqual([]);
  });

  it('are one when both URLs lead to one server', async () => {
    await using server = await startRedis(refusing);
    await using redis = await openRedis(server.url);
    await using cacheRedis = await openRedis(`${server.url}/1`);
    const { said } = check({ redis, cacheRedis });
    await expect
      .poll(said)
      .toContainEqual(
        expect.stringMatching(/^warn: REDIS_CACHE_URL leads to a server that holds all else/),
      );
  });
});

describe('the policy of a Redis', () => {
  it('of stored answers alone is warned of as well', async () => {
    await using server = await startRedis(refusing);
    await using cacheRedis = await openRedis(server.url);
    const { said } = check({ redis: null, cacheRedis });
    await expect.poll(said).toEqual([expect.stringMatching(/^warn: redis-cache refuses/)]);
  });

  it('is asked where CONFIG is forbidden', async () => {
    await using server = await startRedis({
      args: [...evicting.args, '--rename-command', 'CONFIG', ''],
    });
    await using redis = await openRedis(server.url);
    const { said } = check({ redis, cacheRedis: redis });
    await expect.poll(said).toHaveLength(1);
  });

  it('is asked when it is there', async () => {
    await using server = await startRedis(evicting);
    await using redis = await openRedis(server.url);
    await server.kill();
    await expect.poll(() => redis.status).not.toBe('ready');
    const { said } = check({ redis, cacheRedis: redis });
    await server.restart();
    await expect.poll(said, { timeout: 10_000 }).toHaveLength(1);
  });

  it('is that of any node of a cluster', async () => {
    await using cluster = await startRedisClusterOfThree();
    const [, second] = cluster.masters;
    await using admin = await openRedis(second.url);
    await admin.config('SET', 'maxmemory', '100mb', 'maxmemory-policy', 'volatile-ttl');
    await using redis = await openRedisClient(cluster.url);
    const { said, logs } = check({ redis, cacheRedis: redis });
    await expect.poll(said).toHaveLength(1);
    expect(logs[0]).toMatchObject({ level: 'warn', policy: 'volatile-ttl' });
  });
});

async function startTwo(main: { args: string[] }, cache: { args: string[] }) {
  await using starting = new AsyncDisposableStack();
  const first = starting.use(await startRedis(main));
  const second = starting.use(await startRedis(cache));
  const redis = starting.use(await openRedis(first.url));
  const cacheRedis = starting.use(await openRedis(second.url));
  const running = starting.move();
  return {
    redis,
    cacheRedis,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
