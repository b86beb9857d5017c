import type { Redis } from 'ioredis';
import type { RedisClient } from '../../src/redis/client.ts';
import { mastersOf } from '../../src/redis/cluster.ts';
import { openRedisClient } from './open-redis.ts';

/** All that is in a Redis, or in all nodes of a cluster. */
export type RedisDump = {
  readonly keys: readonly string[];
  /** Which of the texts stand in the name of a key, in its value, or in what its value is the base64 of. */
  found(texts: readonly string[]): string[];
  /** The keys in whose names or values a text stands. */
  keysWith(text: string): string[];
};

export async function dumpRedis(url: string): Promise<RedisDump> {
  await using client = await openRedisClient(url);
  const dumped: (readonly [key: string, readable: string])[] = [];
  for (const node of mastersOf(client)) {
    for (const key of await node.keys('*')) {
      const parts = (await valuesOf(client, node, key)).flatMap((value) => [value, decoded(value)]);
      dumped.push([key, [key, ...parts].join('\n')]);
    }
  }
  return {
    keys: dumped.map(([key]) => key),
    found: (texts) =>
      texts.filter((text) => dumped.some(([, readable]) => readable.includes(text))),
    keysWith: (text) => dumped.flatMap(([key, readable]) => (readable.includes(text) ? [key] : [])),
  };
}

/** Every string that a key holds; none when it has expired meanwhile. */
async function valuesOf(client: RedisClient, node: Redis, key: string): Promise<string[]> {
  switch (await node.type(key)) {
    case 'string':
      return [(await client.get(key)) ?? ''];
    case 'hash':
      return Object.entries(await client.hgetall(key)).flat();
    case 'stream':
      return (await client.xrange(key, '-', '+')).flatMap(([, fields]) => fields);
    case 'list':
      return client.lrange(key, 0, -1);
    case 'set':
      return client.smembers(key);
    case 'zset':
      return client.zrange(key, '0', '-1');
    case 'none':
      return [];
    default:
      throw new Error(`Nobody knows how to read ${key}.`);
  }
}

function decoded(value: string): string {
  return Buffer.from(value, 'base64').toString('latin1');
}
