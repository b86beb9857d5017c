import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openChannels } from '../../src/redis/channels.ts';
import { connectRedis, connectSubscriber, onReconnected } from '../../src/redis/client.ts';
import { connected } from '../support/open-redis.ts';
import { recordLogs } from '../support/recorded-logs.ts';
import { type RedisSentinels, startRedisSentinels } from '../support/redis-sentinel.ts';

let sentinels: RedisSentinels;
beforeAll(async () => {
  sentinels = await startRedisSentinels();
});
afterAll(() => sentinels[Symbol.asyncDispose]());

function connect(url: string) {
  const { logger, logs } = recordLogs();
  const redis = connectRedis({ url, connectTimeoutMs: 1_000, logger });
  const messages = () => logs.map(({ level, message }) => `${level}: ${message}`);
  return { redis, logs, messages, [Symbol.asyncDispose]: () => redis[Symbol.asyncDispose]() };
}

describe('a Redis behind sentinels', () => {
  it('is looked for under its name, and the log says so when that is wrong', async () => {
    await using client = connect(sentinels.url.replace(/mymaster$/, 'nobody'));
    await expect.poll(client.messages).toEqual(['warn: redis is away']);
    expect(client.logs[0]).toMatchObject({
      error: { message: expect.stringContaining('No such master') },
    });
  });

  it('goes on as the promoted replica when the master is killed', async () => {
    await using client = connect(sentinels.url);
    const { logger } = recordLogs();
    const connection = connectSubscriber({ url: sentinels.url, connectTimeoutMs: 1_000, logger });
    await using channels = openChannels({ connection, logger });
    const heard: string[] = [];
    channels.listen('news', (message) => heard.push(message));
    await channels.ready(AbortSignal.timeout(5_000));
    await connected(client.redis);
    await client.redis.set('key', 'kept');
    await expect.poll(() => client.redis.wait(1, 500)).toBe(1);
    const reconnected = new Promise<void>((resolve) => onReconnected(client.redis, resolve));

    const master = await sentinels.master();
    await master.kill();
    await expect(client.redis.get('key')).rejects.toThrow();
    await reconnected;
    expect(await sentinels.master()).not.toBe(master);
    expect(await client.redis.get('key')).toBe('kept');
    await client.redis.set('key', 'written');
    await expect
      .poll(async () => {
        await client.redis.publish('news', 'still here');
        return heard;
      })
      .toContain('still here');
    expect(client.messages()).toEqual([
      'info: redis connected',
      'warn: redis is away',
      'info: redis connected',
    ]);
  });
});
