import { once } from 'node:events';
import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { connectRedis } from '../../../src/redis/client.ts';
import { connected } from '../../support/open-redis.ts';
import { recordLogs } from '../../support/recorded-logs.ts';
import { startRedis } from '../../support/redis-server.ts';

function connect(url: string) {
  const { logger, logs } = recordLogs();
  const redis = connectRedis({ url, connectTimeoutMs: 1_000, logger });
  const messages = () => logs.map(({ level, message }) => `${level}: ${message}`);
  return { redis, messages, logs, [Symbol.asyncDispose]: () => redis[Symbol.asyncDispose]() };
}

/** Waits until the client has failed to connect `times` times. */
async function failures(redis: ReturnType<typeof connectRedis>, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    await new Promise((resolve) => redis.once('reconnecting', resolve));
  }
}

describe('the connection to Redis', () => {
  it('is made by itself', async () => {
    await using server = await startRedis();
    await using client = connect(server.url);
    await connected(client.redis);
    expect(await client.redis.ping()).toBe('PONG');
    expect(client.messages()).toEqual(['info: redis connected']);
  });

  it('is made when Redis comes up later, and logged once each way', async () => {
    await using server = await startRedis();
    await server.kill();
    await using client = connect(server.url);
    await failures(client.redis, 3);
    await expect(client.redis.get('key')).rejects.toThrow();
    expect(client.messages()).toEqual(['warn: redis is away']);
    expect(client.logs[0]?.['error']).toMatchObject({
      message: expect.stringContaining('ECONNREFUSED'),
    });

    await server.restart();
    await connected(client.redis);
    expect(client.messages()).toEqual(['warn: redis is away', 'info: redis connected']);
  });

  it('rejects commands under way when it is lost, and new ones at once', async () => {
    await using server = await startRedis();
    await using client = connect(server.url);
    await connected(client.redis);
    server.pause();
    const underWay = client.redis.set('key', 'value');
    const rejected = expect(underWay).rejects.toThrow();
    await server.kill();
    await rejected;
    await expect(client.redis.get('key')).rejects.toThrow();

    await server.restart();
    await connected(client.redis);
    expect(await client.redis.get('key')).toBeNull();
    expect(client.messages()).toEqual([
      'info: redis connected',
      'warn: redis is away',
      'info: redis connected',
    ]);
  });

  it('gives up a command that is not answered', async () => {
    await using server = await startRedis();
    await using client = connect(server.url);
    await connected(client.redis);
    server.pause();
    await expect(client.redis.get('key')).rejects.toThrow('timed out');
  });

  it('is closed without being mourned', async () => {
    await using server = await startRedis();
    await using client = connect(server.url);
    await connected(client.redis);
    const ended = once(client.redis, 'end');
    await client.redis[Symbol.asyncDispose]();
    await ended;
    expect(client.messages()).toEqual(['info: redis connected']);
  });

  it('says in the log that a server is no cluster', async () => {
    await using server = await startRedis();
    await using client = connect(server.url.replace('redis:', 'redis+cluster:'));
    await vi.waitFor(() => expect(client.messages()).toEqual(['warn: redis is away']));
    expect(client.logs[0]?.['error']).toMatchObject({
      message: expect.stringContaining('cluster support disabled'),
    });
    await expect(client.redis.get('key')).rejects.toThrow();
  });

  it('never logs the password', async () => {
    await using server = await startRedis({ args: ['--requirepass', 'right'] });
    await using client = connect(server.url.replace('//', '//:a-secret@'));
    await failures(client.redis, 1);
    await vi.waitFor(() => expect(client.messages()).toEqual(['warn: redis is away']));
    const logged = inspect(client.logs);
    expect(logged).toContain('WRONGPASS');
    expect(logged).not.toContain('a-secret');
  });
});
