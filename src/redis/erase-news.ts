import { z } from 'zod';
import type { EraseNews, EraseWord } from '../tenancy/erase-news.ts';
import type { Channels } from './channels.ts';
import type { RedisClient } from './client.ts';

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
        const word = parse(message);
        if (word !== null) listener(word);
      });
    },
  };
}

/** Null for what another version says, or nobody of ours. */
function parse(message: string): EraseWord | null {
  try {
    return wordSchema.parse(JSON.parse(message));
  } catch {
    return null;
  }
}
