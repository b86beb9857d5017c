import { describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../../src/domain/clock.ts';
import { type ChangeFollower, redisChangeStream } from '../../../src/redis/change-stream.ts';
import { openChannels } from '../../../src/redis/channels.ts';
import { connectSubscriber } from '../../../src/redis/client.ts';
import { connected, openRedis } from '../../support/open-redis.ts';
import { recordLogs } from '../../support/recorded-logs.ts';
import { type RedisServer, startRedis } from '../../support/redis-server.ts';
import { startTcpProxy } from '../../support/tcp-proxy.ts';
import { useRedis } from '../../support/use-redis.ts';

/** Reading it again is tried four times a second. */
const SOON = { timeout: 2_000 };
const KEY = 'changes';
const TIMEOUT_MS = 1_000;

const opened = useRedis();

/** A process of its own, which nobody wakes, with a connection to `server` through a proxy that can be cut. */
async function openProcess(
  server: RedisServer,
  name: string,
  onGap: ChangeFollower['onGap'] = () => {},
) {
  const proxy = await startTcpProxy(server.port);
  const redis = await openRedis(`redis://127.0.0.1:${proxy.port}`);
  const { logger, logs } = recordLogs();
  const stream = redisChangeStream({
    ...{ redis, channels: null, key: KEY, processId: name, timeoutMs: TIMEOUT_MS },
    ...{ what: 'changes', clock: systemClock, logger },
  });
  const heard: string[] = [];
  stream.follow({
    onChange: (change) => void heard.push(change),
    onGap() {
      heard.push('gap');
      return onGap();
    },
  });
  return {
    ...{ stream, redis, proxy, heard, logs },
    async [Symbol.asyncDispose]() {
      await stream[Symbol.asyncDispose]();
      await redis[Symbol.asyncDispose]();
      await proxy[Symbol.asyncDispose]();
    },
  };
}

/** Two processes at an empty stream, which have begun to read. */
async function openTwo(server: RedisServer) {
  await using admin = await openRedis(server.url);
  await admin.flushall();
  const one = await openProcess(server, 'one');
  const other = await openProcess(server, 'other');
  for (const { heard } of [one, other]) await expect.poll(() => heard, SOON).toEqual(['gap']);
  return {
    ...{ one, other },
    async [Symbol.asyncDispose]() {
      for (const process of [one, other]) await process[Symbol.asyncDispose]();
    },
  };
}

type Process = Awaited<ReturnType<typeof openProcess>>;

async function cutOff({ redis, proxy }: Process) {
  proxy.refuse();
  proxy.cut();
  await expect.poll(() => redis.status).not.toBe('ready');
}

async function tellAll({ stream }: Process, changes: readonly string[]) {
  await Promise.all(changes.map((change) => stream.tell(change, false)));
}

describe('a process that was away', () => {
  it('hears all that was told meanwhile, in order and without a gap', async () => {
    await using two = await openTwo(opened.server);
    const { one, other } = two;
    await cutOff(other);
    const told = Array.from({ length: 2_500 }, (_, index) => `change ${index}`);
    await tellAll(one, told);
    other.proxy.accept();
    await connected(other.redis);
    await other.stream.catchUp();
    expect(other.heard).toEqual(['gap', ...told]);
  });

  it('hears of a gap when the stream was trimmed past what it had read, then what comes', async () => {
    await using two = await openTwo(opened.server);
    const { one, other } = two;
    await cutOff(other);
    await tellAll(one, ['missed', 'missed too']);
    await one.stream.catchUp();
    await opened.redis.xtrim(KEY, 'MAXLEN', 1);
    other.proxy.accept();
    await expect.poll(() => other.heard, SOON).toEqual(['gap', 'gap']);
    await tellAll(one, ['heard']);
    await expect.poll(() => other.heard, SOON).toEqual(['gap', 'gap', 'heard']);
    expect(one.heard).toEqual(['gap']);
  });

  it('hears of no gap when the stream was trimmed up to what it had read', async () => {
    await using two = await openTwo(opened.server);
    const { one, other } = two;
    await tellAll(one, ['first', 'second']);
    await expect.poll(() => other.heard, SOON).toEqual(['gap', 'first', 'second']);
    await cutOff(other);
    await opened.redis.xtrim(KEY, 'MAXLEN', 1);
    await tellAll(one, ['third']);
    other.proxy.accept();
    await expect.poll(() => other.heard, SOON).toEqual(['gap', 'first', 'second', 'third']);
  });

  it('says so once, and once that it reads again', async () => {
    await using two = await openTwo(opened.server);
    const { other } = two;
    other.redis.xrange = () => Promise.reject(new Error('broken'));
    await expect.poll(() => other.logs).toMatchObject([{ level: 'warn' }]);
    for (const _ of [1, 2]) await expect(other.stream.catchUp()).rejects.toThrow('broken');
    Reflect.deleteProperty(other.redis, 'xrange');
    await expect
      .poll(() => other.logs, SOON)
      .toMatchObject([
        { level: 'warn', message: 'changes not read from Redis' },
        { level: 'info', message: 'changes are read from Redis again' },
      ]);
    expect(other.heard).toEqual(['gap']);
  });
});

describe('when Redis has lost the stream, all hear of a gap and then what comes', () => {
  async function expectGap({ one, other }: { one: Process; other: Process }) {
    for (const { heard } of [one, other]) {
      await expect.poll(() => heard, SOON).toEqual(['gap', 'gap']);
    }
    await tellAll(one, ['news']);
    await expect.poll(() => other.heard, SOON).toEqual(['gap', 'gap', 'news']);
  }

  it('by FLUSHALL', async () => {
    await using two = await openTwo(opened.server);
    await opened.redis.flushall();
    await expectGap(two);
  });

  it('by a restart', async () => {
    await using server = await startRedis();
    await using two = await openTwo(server);
    await server.restart();
    await expectGap(two);
  });

  it('and another has begun whose ids are lower, or higher', async () => {
    await using two = await openTwo(opened.server);
    for (const id of ['1-1', '99999999999999-1']) {
      two.one.heard.length = 0;
      two.other.heard.length = 0;
      await opened.redis.multi().del(KEY).xadd(KEY, id, 'by', 'somebody').exec();
      for (const { heard } of [two.one, two.other]) {
        await expect.poll(() => heard, SOON).toEqual(['gap']);
      }
    }
  });
});

describe('a gap', () => {
  it('keeps what comes after it waiting until it is dealt with', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    await using one = await openProcess(opened.server, 'one');
    await using other = await openProcess(opened.server, 'other', () => promise);
    await expect.poll(() => other.heard, SOON).toEqual(['gap']);
    await tellAll(one, ['later']);
    await one.stream.catchUp();
    expect(other.heard).toEqual(['gap']);
    resolve();
    await expect.poll(() => other.heard, SOON).toEqual(['gap', 'later']);
  });

  it('comes again until it is dealt with', async () => {
    const outcomes = [Promise.reject(new Error('not now')), Promise.reject(new Error('not now'))];
    for (const outcome of outcomes) outcome.catch(() => {});
    await using one = await openProcess(opened.server, 'one', () => outcomes.shift());
    await expect.poll(() => one.heard, SOON).toEqual(['gap', 'gap', 'gap']);
    await one.stream.catchUp();
    expect(one.heard).toEqual(['gap', 'gap', 'gap']);
  });
});

describe('the stream', () => {
  it('keeps ten thousand changes and few more', async () => {
    await using two = await openTwo(opened.server);
    const fill = `for i = 1, 10500 do redis.call('XADD', KEYS[1], '*', 'by', 'somebody') end`;
    await opened.redis.eval(fill, 1, KEY);
    await tellAll(two.one, ['one more']);
    const length = await opened.redis.xlen(KEY);
    expect(length).toBeGreaterThanOrEqual(10_000);
    expect(length).toBeLessThanOrEqual(10_100);
  });

  it('may hold entries that tell nothing', async () => {
    await using two = await openTwo(opened.server);
    await opened.redis.xadd(KEY, '*', 'change', 'whose?');
    await opened.redis.xadd(KEY, '*', 'by', 'somebody', 'other', 'thing');
    await opened.redis.xadd(KEY, '*', 'by', 'somebody');
    await tellAll(two.one, ['news']);
    await expect.poll(() => two.other.heard, SOON).toEqual(['gap', 'news']);
  });
});

describe('a process that follows no more', () => {
  it('hears nothing, not even what was being read', async () => {
    await using two = await openTwo(opened.server);
    const { one, other } = two;
    await tellAll(one, ['too late']);
    const looking = other.stream.catchUp();
    await other.stream[Symbol.asyncDispose]();
    await looking;
    expect(other.heard.slice(1)).toEqual([]);
  });
});

describe('telling', () => {
  it('rejects in time when Redis hangs, and soon at once', async () => {
    await using server = await startRedis();
    await using two = await openTwo(server);
    server.pause();
    const late = Array.from({ length: 5 }, () => two.one.stream.tell('late', false));
    for (const outcome of await Promise.allSettled(late)) expect(outcome.status).toBe('rejected');
    const askedAt = performance.now();
    await expect(two.one.stream.tell('refused', false)).rejects.toThrow();
    expect(performance.now() - askedAt).toBeLessThan(TIMEOUT_MS);
    server.resume();
  });

  it('wakes others for what is urgent alone', async () => {
    await opened.redis.flushall();
    const { logger } = recordLogs();
    const { url } = opened.server;
    await using redis = await openRedis(url);
    await using channels = openChannels({
      connection: connectSubscriber({ url, connectTimeoutMs: 2_000, logger }),
      logger,
    });
    const options = {
      ...{ redis, channels, key: KEY, timeoutMs: 1_000, what: 'changes' },
      ...{ clock: systemClock, logger },
    };
    const heard: string[] = [];
    let wakes = 0;
    // Nobody looks by himself.
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await using one = redisChangeStream({ ...options, processId: 'one' });
    await using other = redisChangeStream({ ...options, processId: 'other' });
    other.follow({ onChange: (change) => void heard.push(change), onGap() {} });
    vi.useRealTimers();
    await other.catchUp();
    channels.listen(KEY, () => {
      wakes += 1;
    });
    await channels.ready(AbortSignal.timeout(2_000));

    await one.tell('at leisure', false);
    await one.tell('at once', true);
    await expect.poll(() => heard).toEqual(['at leisure', 'at once']);
    expect(wakes).toBe(1);
  });
});
