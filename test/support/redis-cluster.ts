import { vi } from 'vitest';
import { openRedis } from './open-redis.ts';
import { type RedisServer, startRedis } from './redis-server.ts';

/** One node that owns all slots. As in every cluster, a command that touches two of them is refused. */
export async function startRedisCluster(): Promise<RedisServer> {
  const server = await startRedis({ args: ['--cluster-enabled', 'yes'] });
  await using client = await openRedis(server.url);
  await client.cluster('ADDSLOTSRANGE', '0', '16383');
  // A node waits for two seconds before it takes commands.
  await vi.waitUntil(async () => (await client.cluster('INFO')).includes('cluster_state:ok'), {
    timeout: 10_000,
  });
  return server;
}
