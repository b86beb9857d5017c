import { randomBytes } from 'node:crypto';
import type { RedisClient } from '../../redis/client.ts';
import { withoutArguments } from '../../redis/errors.ts';
import type { Logger } from '../../telemetry/logger.ts';

/**
 * The key of the digests in the outcome log, the same for all processes that share a Redis: who comes first makes it up.
 * A process that cannot ask for it has one of its own until it starts again, so that questions that are asked again there
 * are not known for such.
 */
export async function redisDigestKey(options: {
  redis: RedisClient;
  keyPrefix: string;
  logger: Logger;
}): Promise<string> {
  const { redis, keyPrefix, logger } = options;
  const name = `${keyPrefix}outcomes:digest-key`;
  const own = newDigestKey();
  try {
    await redis.set(name, own, 'NX');
    return (await redis.get(name)) ?? own;
  } catch (thrown) {
    const error = withoutArguments(thrown);
    logger.warn({ error }, 'the key of outcome digests is not known, this process has its own');
    return own;
  }
}

export function newDigestKey(): string {
  return randomBytes(32).toString('base64');
}
