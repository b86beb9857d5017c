import { z } from 'zod';
import type { Clock } from '../domain/clock.ts';
import { redisChangeStream } from '../redis/change-stream.ts';
import type { Channels } from '../redis/channels.ts';
import type { RedisClient } from '../redis/client.ts';
import { parseMessage } from '../redis/parse-message.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { CacheChange, CacheChanges } from './changes.ts';

const place = z.object({ tenant: z.string(), namespace: z.string(), key: z.string() });

const storedChange: z.ZodType<CacheChange> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('kept'), place }),
  z.object({ type: z.literal('removed'), place }),
  z.object({
    type: z.literal('erased'),
    tenant: z.string(),
    namespace: z.string().nullable(),
  }),
]);

/**
 * By one stream, `<keyPrefix>cache-changes`, in the Redis that holds the entries, so that it is lost when they are. It
 * tells what the keys of entries tell in any case, names and digests, so that nothing of it is sealed.
 *
 * Others are woken for what is forgotten. What is kept comes far oftener, and is worth no command of its own.
 *
 * @param options.redis not closed by this
 * @param options.channels of the same Redis; null: what is forgotten is heard as late as what is kept
 * @param options.processId no other process has it
 */
export function redisCacheChanges(options: {
  redis: RedisClient;
  channels: Channels | null;
  keyPrefix: string;
  processId: string;
  timeoutMs: number;
  clock: Clock;
  logger: Logger;
}): CacheChanges {
  const key = `${options.keyPrefix}cache-changes`;
  const stream = redisChangeStream({ ...options, key, what: 'changes of stored answers' });

  return {
    announce: (change) => stream.tell(JSON.stringify(change), change.type !== 'kept'),
    listen(listener) {
      stream.follow({
        onChange(text) {
          const change = parseMessage(storedChange, text);
          if (change !== null) listener.onChange(change);
        },
        onGap: () => listener.onGap(),
      });
    },
    [Symbol.asyncDispose]: () => stream[Symbol.asyncDispose](),
  };
}
