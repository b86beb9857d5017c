import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Clock } from '../../src/domain/clock.ts';
import type { RedisClient } from '../../src/redis/client.ts';
import { firstTextStep } from '../../src/telemetry/arm-state.ts';
import type { Statistics, StatsWindow } from '../../src/telemetry/statistics.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { openRedisClient } from '../support/open-redis.ts';
import { openRedisStatistics } from '../support/open-redis-statistics.ts';
import { startRedisClusterOfThree } from '../support/redis-cluster.ts';
import { startRedis } from '../support/redis-server.ts';
import { armOf, sampleAssignment } from '../support/sample-arm.ts';
import { sampleRating, sampleRecord } from '../support/sample-record.ts';
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

describe('arms of experiments in Redis', () => {
  const assignments = [sampleAssignment()];

  async function readBy(process: Statistics, window: StatsWindow) {
    const { arms } = await process.read('ALL_TENANTS', window);
    return armOf(arms, sampleAssignment())?.cells[0];
  }

  it.each<StatsWindow>([
    'HOUR',
    'ALL',
  ])('add up over processes and outlive them all, in %s', async (window) => {
    const place = emptyPlace(fakeClock());
    const at = place.clock.now();
    {
      await using one = openRedisStatistics(redis, place);
      await using other = openRedisStatistics(redis, place);
      one.record(sampleRecord({ at, assignments, firstTokenMs: 40 }));
      other.record(sampleRecord({ at, assignments, firstTokenMs: 41 }));
      await one.flush();
      await other.flush();
      // Neither written: each sees its own, and what the other has written.
      one.record(sampleRecord({ at, assignments, firstTokenMs: 4_000 }));
      other.rate(sampleRating({ at, assignments }));
      expect(await readBy(one, window)).toMatchObject({ requests: 3, ratings: 0 });
      expect(await readBy(other, window)).toMatchObject({ requests: 2, ratings: 1 });
    }
    await using later = openRedisStatistics(redis, place);
    expect(await readBy(later, window)).toMatchObject({
      requests: 3,
      ratings: 1,
      goodRatings: 1,
      firstTextSteps: [firstTextStep(40), firstTextStep(4_000)],
      firstTextCounts: [2, 1],
    });
    later.record(sampleRecord({ at, assignments }));
    expect(await readBy(later, window)).toMatchObject({ requests: 4 });
  });
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
