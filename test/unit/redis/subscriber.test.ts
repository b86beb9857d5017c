import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { openChannels } from '../../../src/redis/channels.ts';
import { connectSubscriber } from '../../../src/redis/client.ts';
import { openRedis } from '../../support/open-redis.ts';
import { recordLogs } from '../../support/recorded-logs.ts';
import { type RedisServer, startRedis } from '../../support/redis-server.ts';

/** Channels on a connection for subscriptions, listening to two. */
function listen(url: string) {
  const { logger, logs } = recordLogs();
  const connection = connectSubscriber({ url, connectTimeoutMs: 1_000, logger });
  const channels = openChannels({ connection, logger });
  const heard: string[] = [];
  for (const channel of ['one', 'other']) {
    channels.listen(channel, (message) => heard.push(`${channel}: ${message}`));
  }
  const ready = () => channels.ready(AbortSignal.timeout(10_000));
  const close = () => channels[Symbol.asyncDispose]();
  return { connection, ready, heard, logs, [Symbol.asyncDispose]: close };
}

/** Publishes until somebody listens. */
async function publish(server: RedisServer, channel: string, message: string): Promise<void> {
  await using redis = await openRedis(server.url);
  await expect.poll(() => redis.publish(channel, message)).toBe(1);
}

describe('the connection for subscriptions', () => {
  it('is made when Redis comes up later', async () => {
    await using server = await startRedis();
    await server.kill();
    await using listening = listen(server.url);
    await expect.poll(() => listening.logs).not.toEqual([]);
    await server.restart();
    await listening.ready();
    await publish(server, 'one', 'hello');
    await expect.poll(() => listening.heard).toEqual(['one: hello']);
  });

  it('hears again what it heard before it was lost, and leaves the warning to others', async () => {
    await using server = await startRedis();
    await using listening = listen(server.url);
    await listening.ready();
    await server.kill();
    await expect.poll(() => listening.logs).not.toEqual([]);
    await server.restart();
    await publish(server, 'one', 'hello');
    await publish(server, 'other', 'hello');
    await expect.poll(() => listening.heard).toEqual(['one: hello', 'other: hello']);
    expect(new Set(listening.logs.map(({ level }) => level))).toEqual(new Set(['debug']));
  });

  it('may be closed while Redis has yet to answer', async () => {
    await using server = await startRedis();
    await using listening = listen(server.url);
    await once(listening.connection, 'ready');
    server.pause();
    const ended = once(listening.connection, 'end');
    await listening[Symbol.asyncDispose]();
    await server.kill();
    // A rejection that nobody looked at would fail the test run.
    await ended;
  });
});
