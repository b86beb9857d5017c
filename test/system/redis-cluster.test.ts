import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openChannels } from '../../src/redis/channels.ts';
import { connectRedis, connectSubscriber, onReconnected } from '../../src/redis/client.ts';
import { askForAnswer } from '../support/ask.ts';
import { startGateway } from '../support/gateway.ts';
import { connected, openRedis, openRedisClient } from '../support/open-redis.ts';
import { recordLogs } from '../support/recorded-logs.ts';
import { type RedisCluster, startRedisClusterOfThree } from '../support/redis-cluster.ts';
import { say } from '../support/upstream-script.ts';

/** They lie on all three nodes. */
const keys = Array.from({ length: 24 }, (_, index) => `key ${index}`);
/** In slot 12182, of the third node. */
const KEY = 'foo';
const SLOT = 12_182;

/** For all that hurts no node. */
let unhurt: RedisCluster;
beforeAll(async () => {
  unhurt = await startRedisClusterOfThree();
});
afterAll(() => unhurt[Symbol.asyncDispose]());

async function connect(cluster: RedisCluster) {
  const { logger, logs } = recordLogs();
  const redis = connectRedis({ url: cluster.url, connectTimeoutMs: 1_000, logger });
  await connected(redis);
  const messages = () => logs.map(({ level, message }) => `${level}: ${message}`);
  return { redis, messages, [Symbol.asyncDispose]: () => redis[Symbol.asyncDispose]() };
}

type Client = Awaited<ReturnType<typeof connect>>;

/** How many of the keys can be written. */
async function writable({ redis }: Client): Promise<number> {
  const written = await Promise.allSettled(keys.map((key) => redis.set(key, 'value')));
  return written.filter(({ status }) => status === 'fulfilled').length;
}

describe('the client of a cluster', () => {
  it('loses a third when a node dies, and goes on with the replica that takes over', async () => {
    await using cluster = await startRedisClusterOfThree({ replicaOfFirst: true });
    await using client = await connect(cluster);
    let reconnections = 0;
    const stop = onReconnected(client.redis, () => {
      reconnections += 1;
    });
    expect(await writable(client)).toBe(keys.length);
    expect(client.messages()).toEqual(['info: redis connected']);

    await cluster.masters[0].kill();
    const startedAt = performance.now();
    const some = await writable(client);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(some).toBeGreaterThan(0);
    expect(some).toBeLessThan(keys.length);

    await expect.poll(() => writable(client), { timeout: 15_000 }).toBe(keys.length);
    expect(client.messages()).toEqual(['info: redis connected', 'warn: a node of redis is away']);
    expect(reconnections).toBeGreaterThan(0);
    stop();
  });

  it('finds a node that was started again, though nothing is asked of it', async () => {
    await using cluster = await startRedisClusterOfThree();
    await using client = await connect(cluster);
    const reconnected = new Promise<void>((resolve) => onReconnected(client.redis, resolve));
    await cluster.masters[1].restart();
    await reconnected;
    await expect.poll(() => writable(client), { timeout: 10_000 }).toBe(keys.length);
  });

  it('comes back when all nodes do', async () => {
    await using cluster = await startRedisClusterOfThree();
    await using client = await connect(cluster);
    await Promise.all(cluster.masters.map((node) => node.kill()));
    await expect.poll(() => writable(client)).toBe(0);
    await expect.poll(() => client.redis.status).not.toBe('ready');
    await Promise.all(cluster.masters.map((node) => node.restart()));
    await expect.poll(() => writable(client), { timeout: 15_000 }).toBe(keys.length);
    const messages = client.messages().filter((message) => !message.includes('a node of'));
    expect(messages).toEqual([
      'info: redis connected',
      'warn: redis is away',
      'info: redis connected',
    ]);
  });

  it('follows a slot to another node', async () => {
    await using client = await connect(unhurt);
    const [first, , third] = unhurt.masters;
    await using to = await openRedis(first.url);
    await using from = await openRedis(third.url);
    const [toId, fromId] = [String(await to.cluster('MYID')), String(await from.cluster('MYID'))];
    await to.cluster('SETSLOT', SLOT, 'IMPORTING', fromId);
    await from.cluster('SETSLOT', SLOT, 'MIGRATING', toId);
    await client.redis.set(KEY, 'moved');
    expect(await from.exists(KEY).catch((error: Error) => error.message)).toContain('ASK');

    for (const node of [to, from]) await node.cluster('SETSLOT', SLOT, 'NODE', toId);
    expect(await client.redis.get(KEY)).toBe('moved');
    expect(await to.get(KEY)).toBe('moved');
  });

  it('sends nothing twice when the connection is lost', async () => {
    await using client = await connect(unhurt);
    await using admin = await openRedis(unhurt.masters[0].url);
    // In slot 5061, of that node.
    const counter = 'bar';
    await admin.client('PAUSE', 60_000, 'WRITE');
    const rejected = expect(client.redis.incr(counter)).rejects.toThrow();
    await admin.call('CLIENT', 'KILL', 'TYPE', 'normal');
    await admin.client('UNPAUSE');
    await rejected;
    await expect.poll(() => client.redis.get(counter).catch(() => 'away')).toBeNull();
  });

  it('refuses what is not of one slot', async () => {
    await using client = await connect(unhurt);
    const [one = '', other = ''] = keys;
    await expect(client.redis.mget(one, other)).rejects.toThrow('CROSSSLOT');
    expect(await client.redis.eval("return redis.call('SET', KEYS[1], 'x')", 1, KEY)).toBe('OK');
  });
});

describe('channels of a cluster', () => {
  it('are heard at every node, whichever they are published on', async () => {
    const { masters } = unhurt;
    await using crowd = new AsyncDisposableStack();
    const heard = masters.map(() => [] as string[]);
    for (const [index, node] of masters.entries()) {
      const channels = crowd.use(channelsBy([node, ...masters.filter((other) => other !== node)]));
      channels.listen('news', (message) => heard[index]?.push(message));
      await channels.ready(AbortSignal.timeout(5_000));
    }
    for (const node of masters) {
      await using publisher = await openRedis(node.url);
      expect(await publisher.publish('news', `from ${node.port}`)).toBe(1);
    }
    const all = masters.map(({ port }) => `from ${port}`).sort();
    await expect.poll(() => heard.map((messages) => messages.sort())).toEqual([all, all, all]);
  });

  it('are heard at another node when that of the subscriber dies', async () => {
    await using cluster = await startRedisClusterOfThree();
    const [first, ...others] = cluster.masters;
    await using channels = channelsBy([first, ...others]);
    const heard: string[] = [];
    channels.listen('news', (message) => heard.push(message));
    await channels.ready(AbortSignal.timeout(5_000));
    await first.kill();
    await using publisher = await openRedis(others[0]?.url ?? '');
    await expect
      .poll(async () => {
        await publisher.publish('news', 'still here');
        return heard;
      })
      .toContain('still here');
  });
});

describe('gateways on a cluster', () => {
  it('share answers and statistics', async () => {
    const environment = {
      REDIS_URL: unhurt.url,
      // A busy machine is no Redis that is away.
      REDIS_TIMEOUT_MS: '2000',
      REDIS_STATISTICS_FLUSH_MS: '100',
    };
    await using one = await startGateway(environment);
    await using other = await startGateway(environment);
    for (const { upstream } of [one, other]) upstream.answersAll(() => say('Starter feed.'));
    const prompt = 'What do day-old chicks eat?';
    await askForAnswer(one, { prompt });
    const found = await askForAnswer(other, { prompt });
    expect(found).toMatchObject({ cached: true, text: 'Starter feed.' });

    const health = async () => (await fetch(`${other.origin}/health`)).json();
    await expect.poll(health).toMatchObject({ status: 'OK' });
    await using redis = await openRedisClient(unhurt.url);
    const total = 'sluice:statistics:1:everyone:total';
    await expect.poll(() => redis.exists(total)).toBe(1);
  });
});

/** Listens at the first node that it can connect to. */
function channelsBy(nodes: readonly { readonly port: number }[]) {
  const { logger } = recordLogs();
  const url = `redis+cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`;
  const connection = connectSubscriber({ url, connectTimeoutMs: 1_000, logger });
  return openChannels({ connection, logger });
}
