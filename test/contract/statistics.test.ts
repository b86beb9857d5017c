import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe } from 'vitest';
import type { Clock } from '../../src/domain/clock.ts';
import type { RedisClient } from '../../src/redis/client.ts';
import type { Statistics } from '../../src/telemetry/statistics.ts';
import { openRedisClient } from '../support/open-redis.ts';
import { openRedisStatistics } from '../support/open-redis-statistics.ts';
import { startRedisClusterOfThree } from '../support/redis-cluster.ts';
import { startRedis } from '../support/redis-server.ts';
import { statisticsContract } from './statistics.ts';

let servers: readonly AsyncDisposable[];
let redis: RedisClient & AsyncDisposable;
let cluster: RedisClient & AsyncDisposable;

beforeAll(async () => {
  const [server, nodes] = await Promise.all([startRedis(), startRedisClusterOfThree()]);
  servers = [server, nodes];
  redis = await openRedisClient(server.url);
  cluster = await openRedisClient(nodes.url);
});

afterAll(async () => {
  for (const resource of [redis, cluster, ...servers]) await resource[Symbol.asyncDispose]();
});

describe('statistics in Redis', () => {
  statisticsContract((clock) => openRedisStatistics(redis, emptyPlace(clock)));
});

describe('statistics in Redis, read by another process', () => {
  statisticsContract((clock) => writtenByOne(redis, clock));
});

describe('statistics in a Redis Cluster, read by another process', () => {
  statisticsContract((clock) => writtenByOne(cluster, clock));
});

/** What one process records is read by others, which have counted nothing themselves. */
function writtenByOne(client: RedisClient, clock: Clock): Statistics {
  const place = emptyPlace(clock);
  const writer = openRedisStatistics(client, place);
  return {
    record: writer.record,
    rate: writer.rate,
    async read(scope, window) {
      await writer.flush();
      await using reader = openRedisStatistics(client, place);
      return await reader.read(scope, window);
    },
    forget: writer.forget,
    async erase(tenant) {
      await writer.flush();
      await using other = openRedisStatistics(client, place);
      await other.erase(tenant);
      writer.forget(tenant);
    },
  };
}

function emptyPlace(clock: Clock) {
  return { clock, keyPrefix: `${randomUUID()}:` };
}
