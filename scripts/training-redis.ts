import type { Config } from '../src/config/config.ts';
import { systemClock } from '../src/domain/clock.ts';
import { connectRedis } from '../src/redis/client.ts';
import { firstConnection } from '../src/redis/first-connection.ts';
import { createSealer } from '../src/redis/sealing.ts';
import type { LoggedEntry } from '../src/router/outcomes/port.ts';
import { redisOutcomeLog } from '../src/router/outcomes/redis-outcome-log.ts';
import { pinoLogger } from '../src/telemetry/pino-logger.ts';

const CONNECT_MS = 5_000;

/** Nothing is written here. */
const NEVER_MS = 2_147_483_647;

/**
 * What gateways with this configuration have logged in their Redis.
 *
 * @throws RedisUnread
 */
export async function* readRedisOutcomes({ redis: config }: Config): AsyncGenerator<LoggedEntry> {
  const { url, keyPrefix, timeoutMs, encryptionKeys } = config;
  if (url === null) return;
  const logger = pinoLogger({ level: 'warn' });
  await using redis = connectRedis({ url, connectTimeoutMs: CONNECT_MS, logger });
  await firstConnection(redis, CONNECT_MS);
  await using log = redisOutcomeLog({
    ...{ redis, keyPrefix, timeoutMs, logger },
    sealer: createSealer(encryptionKeys),
    maxEntries: 0,
    flushMs: NEVER_MS,
    clock: systemClock,
  });
  try {
    yield* log.read(null);
  } catch (error) {
    throw new RedisUnread(`Redis cannot be read: ${(error as Error).message}`);
  }
}

/** Redis did not answer. The message is for the operator. */
export class RedisUnread extends Error {
  override readonly name = 'RedisUnread';
}
