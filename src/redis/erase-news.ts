import { z } from 'zod';
import type { EraseNews, EraseWord } from '../tenancy/erase-news.ts';
import type { Channels } from './channels.ts';
import type { RedisClient } from './client.ts';
import { parseMessage } from './parse-message.ts';

const wordSchema: z.ZodType<EraseWord> = z.object({
  what: z.enum(['generations', 'statistics']),
  tenant: z.string(),
  namespace: z.string().nullable(),
});

/** By one channel, which every process listens to until the channels are closed. */
export function redisEraseNews(options: {
  redis: RedisClient;
  channels: Channels;
  keyPrefix: string;
}): EraseNews {
  const { redis, channels, keyPrefix } = options;
  const channel = `${keyPrefix}erase`;

  return {
    async tell(word) {
      await redis.publish(channel, JSON.stringify(word)).catch(() => {});
    },
    onTold(listener) {
      channels.listen(channel, (message) => {
        const word = parseMessage(wordSchema, message);
        if (word !== null) listener(word);
      });
    },
  };
}
