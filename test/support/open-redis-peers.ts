import { randomUUID } from 'node:crypto';
import { systemClock } from '../../src/domain/clock.ts';
import { type RedisPeers, redisPeers } from '../../src/generation/redis-peers.ts';
import type { RedisPeersOptions } from '../../src/generation/redis-peers-options.ts';
import { openChannels } from '../../src/redis/channels.ts';
import { connectSubscriber, onReconnected, type RedisClient } from '../../src/redis/client.ts';
import { createSealer } from '../../src/redis/sealing.ts';
import { openRedisClient } from './open-redis.ts';
import { type LogLine, recordLogs } from './recorded-logs.ts';

export type OpenRedisPeers = RedisPeers & {
  readonly processId: string;
  readonly redis: RedisClient;
  readonly logs: readonly LogLine[];
};

/**
 * One process of those around a Redis, as the gateway puts it together, with all that it holds open.
 *
 * @param hearsAt another way to the same Redis, for what other processes say to it
 */
export async function openRedisPeers(
  url: string,
  changes: Partial<RedisPeersOptions> = {},
  hearsAt = url,
): Promise<OpenRedisPeers> {
  const { logger, logs } = recordLogs();
  const redis = await openRedisClient(url);
  const connection = connectSubscriber({ url: hearsAt, connectTimeoutMs: 2_000, logger });
  const channels = openChannels({ connection, logger });
  const processId = randomUUID();
  const opened = redisPeers({
    redis,
    channels,
    keyPrefix: 'sluice:',
    sealer: createSealer(null),
    processId,
    leaseMs: 5_000,
    timeoutMs: 1_000,
    maxBytes: 1_000_000,
    keepMs: 60_000,
    onReconnected: (callback) => onReconnected(redis, callback),
    clock: systemClock,
    logger,
    ...changes,
  });
  return {
    ...opened,
    processId,
    redis,
    logs,
    async [Symbol.asyncDispose]() {
      await opened[Symbol.asyncDispose]();
      await channels[Symbol.asyncDispose]();
      await redis[Symbol.asyncDispose]();
    },
  };
}
