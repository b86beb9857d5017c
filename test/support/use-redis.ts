import type { Redis } from 'ioredis';
import { afterAll, beforeAll } from 'vitest';
import { openRedis } from './open-redis.ts';
import { type RedisCluster, startRedisClusterOfThree } from './redis-cluster.ts';
import { type RedisServer, startRedis } from './redis-server.ts';

/** One server and a client of it for the tests of a file, from before the first to after the last. */
export function useRedis(): { readonly server: RedisServer; readonly redis: Redis } {
  let server: RedisServer;
  let redis: Redis & AsyncDisposable;
  beforeAll(async () => {
    server = await startRedis();
    redis = await openRedis(server.url);
  });
  afterAll(async () => {
    await redis[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });
  return {
    get server() {
      return server;
    },
    get redis() {
      return redis;
    },
  };
}

/** What a suite is run against that holds for every kind of Redis. */
export function useServerAndCluster(): {
  readonly server: RedisServer;
  readonly cluster: RedisCluster;
} {
  let server: RedisServer;
  let cluster: RedisCluster;
  beforeAll(async () => {
    [server, cluster] = await Promise.all([startRedis(), startRedisClusterOfThree()]);
  });
  afterAll(async () => {
    await Promise.all([server, cluster].map((servers) => servers[Symbol.asyncDispose]()));
  });
  return {
    get server() {
      return server;
    },
    get cluster() {
      return cluster;
    },
  };
}
