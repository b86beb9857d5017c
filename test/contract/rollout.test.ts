import { afterAll, beforeAll } from 'vitest';
import { openMemoryRollout, openRedisRollout } from '../support/open-rollout.ts';
import { type RedisCluster, startRedisClusterOfThree } from '../support/redis-cluster.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { describeRollout } from './rollout.ts';

let redis: RedisServer;
let cluster: RedisCluster;

beforeAll(async () => {
  [redis, cluster] = await Promise.all([startRedis(), startRedisClusterOfThree()]);
});

afterAll(async () => {
  await Promise.all([redis, cluster].map((servers) => servers[Symbol.asyncDispose]()));
});

describeRollout('in memory', openMemoryRollout);
describeRollout('in Redis', (clock) => openRedisRollout(redis.url, { clock }));
describeRollout('in a Redis Cluster', (clock) => openRedisRollout(cluster.url, { clock }));
