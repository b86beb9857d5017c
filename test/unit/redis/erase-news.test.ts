import { describe, expect, it } from 'vitest';
import { openChannels } from '../../../src/redis/channels.ts';
import { connectSubscriber } from '../../../src/redis/client.ts';
import { redisEraseNews } from '../../../src/redis/erase-news.ts';
import type { EraseWord } from '../../../src/tenancy/erase-news.ts';
import { openRedis } from '../../support/open-redis.ts';
import { recordLogs } from '../../support/recorded-logs.ts';
import { useRedis } from '../../support/use-redis.ts';

const opened = useRedis();
const docs = { what: 'generations', tenant: 'acme', namespace: 'docs' } as const;
const counts = { what: 'statistics', tenant: 'acme', namespace: null } as const;

async function openNews(keyPrefix = 'sluice:') {
  const { logger } = recordLogs();
  const { url } = opened.server;
  const connection = connectSubscriber({ url, connectTimeoutMs: 2_000, logger });
  const channels = openChannels({ connection, logger });
  const redis = await openRedis(url);
  const news = redisEraseNews({ redis, channels, keyPrefix });
  const heard: EraseWord[] = [];
  news.onTold((word) => heard.push(word));
  await channels.ready(AbortSignal.timeout(2_000));
  return {
    ...news,
    redis,
    heard,
    async [Symbol.asyncDispose]() {
      await channels[Symbol.asyncDispose]();
      await redis[Symbol.asyncDispose]();
    },
  };
}

describe('word of what is erased', () => {
  it('goes to every process with the same prefix', async () => {
    await using one = await openNews();
    await using other = await openNews();
    await using stranger = await openNews('stranger:');
    await one.tell(docs);
    await other.tell(counts);
    for (const { heard } of [one, other]) {
      await expect.poll(() => heard).toEqual([docs, counts]);
    }
    expect(stranger.heard).toEqual([]);
  });

  it.each([
    '',
    'acme',
    '{}',
    '{"what":"all","tenant":"acme","namespace":null}',
    'null',
  ])('is not %j', async (message) => {
    await using one = await openNews();
    await opened.redis.publish('sluice:erase', message);
    await one.tell(docs);
    await expect.poll(() => one.heard).toEqual([docs]);
  });

  it('may be lost without more ado', async () => {
    await using one = await openNews();
    one.redis.disconnect();
    await expect(one.tell(docs)).resolves.toBeUndefined();
  });
});
