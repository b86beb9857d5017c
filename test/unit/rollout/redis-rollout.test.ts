import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RolloutUnavailable } from '../../../src/rollout/port.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { connected, openRedis } from '../../support/open-redis.ts';
import { NEVER_MS, type OpenRedisRollout, openRedisRollout } from '../../support/open-rollout.ts';
import { type RedisServer, startRedis } from '../../support/redis-server.ts';

const SOON = { timeout: 1_000 };

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server[Symbol.asyncDispose]());

async function openTwo(url: string, lookEveryMs = 500) {
  const keyPrefix = `${crypto.randomUUID()}:`;
  const one = await openRedisRollout(url, { keyPrefix, lookEveryMs });
  const other = await openRedisRollout(url, { keyPrefix, lookEveryMs });
  return {
    ...{ keyPrefix, one, other },
    async [Symbol.asyncDispose]() {
      for (const opened of [one, other]) await opened[Symbol.asyncDispose]();
    },
  };
}

/** Waits until the process knows what Redis holds, as it does when it had time to read. */
async function expectSwitches({ rollout }: OpenRedisRollout, switches: object): Promise<void> {
  await expect.poll(rollout.current, SOON).toMatchObject(switches);
}

function changesIn({ logs }: OpenRedisRollout) {
  return logs.filter(({ message }) => message === 'rollout switches changed');
}

describe('rollout switches in Redis', () => {
  it('are the same in all processes, which tell each other and log a change once each', async () => {
    await using two = await openTwo(server.url, NEVER_MS);
    const { one, other } = two;
    const state = await one.rollout.change({ cacheEnabled: false });
    await expectSwitches(other, state);
    await other.rollout.change({ cacheEnabled: true, abTestRatio: 0.2 });
    await expectSwitches(one, { cacheEnabled: true, abTestRatio: 0.2 });
    for (const process of [one, other]) {
      expect(changesIn(process)).toMatchObject([
        { cacheEnabled: false },
        { cacheEnabled: true, abTestRatio: 0.2 },
      ]);
    }
  });

  it('keep what two operators change at once in two processes', async () => {
    await using two = await openTwo(server.url);
    const { one, other } = two;
    for (let round = 1; round <= 20; round += 1) {
      const abTestRatio = round / 20;
      const cacheEnabled = round % 2 === 0;
      await Promise.all([
        one.rollout.change({ cacheEnabled }),
        other.rollout.change({ abTestRatio }),
      ]);
      await expectSwitches(one, { cacheEnabled, abTestRatio });
      await expectSwitches(other, { cacheEnabled, abTestRatio });
    }
  });

  it('stand as an operator left them when every process has started anew', async () => {
    const { keyPrefix } = await (async () => {
      await using two = await openTwo(server.url);
      await two.one.rollout.change({ cacheEnabled: false, abTestRatio: 0 });
      return two;
    })();
    await using later = await openRedisRollout(server.url, { keyPrefix, lookEveryMs: NEVER_MS });
    await expectSwitches(later, { cacheEnabled: false, abTestRatio: 0 });
    expect(later.rollout.current().changedAt).not.toBeNull();
  });

  it('have a later time with each change, though the clocks of the processes differ', async () => {
    const keyPrefix = `${crypto.randomUUID()}:`;
    const [ahead, behind] = [fakeClock(2_000_000), fakeClock(1_000_000)];
    await using one = await openRedisRollout(server.url, { keyPrefix, clock: ahead });
    await using other = await openRedisRollout(server.url, { keyPrefix, clock: behind });
    await one.rollout.change({ cacheEnabled: false });
    const { changedAt } = await other.rollout.change({ cacheEnabled: true });
    expect(changedAt).toBe(2_000_001);
    await expectSwitches(one, { cacheEnabled: true, changedAt });
  });
});

describe('a process that does not hear of a change', () => {
  it('reads it when it is connected again', async () => {
    await using two = await openTwo(server.url, NEVER_MS);
    const { one, other, keyPrefix } = two;
    await one.redis.hset(`${keyPrefix}rollout:1`, { abTestRatio: '0.9' });
    other.redis.disconnect(true);
    await expectSwitches(other, { abTestRatio: 0.9 });
    expect(one.rollout.current().abTestRatio).toBe(0.5);
  });

  it('reads it all the same', async () => {
    await using two = await openTwo(server.url);
    const { one, other, keyPrefix } = two;
    await using admin = await openRedis(server.url);
    await one.rollout.change({ abTestRatio: 0.1 });
    await admin.hset(`${keyPrefix}rollout:1`, { abTestRatio: '0.9' });
    await expectSwitches(one, { abTestRatio: 0.9 });
    await expectSwitches(other, { abTestRatio: 0.9 });
  });

  it('reads it though Redis lets nobody tell of it, which fails no change', async () => {
    await using ownServer = await startRedis();
    await using admin = await openRedis(ownServer.url);
    await admin.call('ACL', 'SETUSER', 'default', 'resetchannels');
    await using two = await openTwo(ownServer.url);
    await two.one.rollout.change({ cacheEnabled: false });
    await expectSwitches(two.other, { cacheEnabled: false });
  });

  it('passes over a value that is none, and says so once', async () => {
    await using opened = await openRedisRollout(server.url);
    const { redis, key, rollout, logs } = opened;
    await redis.hset(key, { cacheEnabled: 'false', abTestRatio: '7', routingEnabled: 'maybe' });
    await expectSwitches(opened, { cacheEnabled: false, abTestRatio: 0.5, routingEnabled: false });
    expect(rollout.current().changedAt).not.toBeNull();
    await rollout.change({ cacheEnabled: true });
    const warnings = logs.filter(({ level }) => level === 'warn');
    expect(warnings).toMatchObject([{ fields: ['routingEnabled', 'abTestRatio'] }]);
  });

  it('reads what a version stored that knew fewer switches', async () => {
    await using opened = await openRedisRollout(server.url);
    const older = { cacheEnabled: 'false', changedAt: '1700000000000' };
    await opened.redis.hset(opened.key, older);
    await expectSwitches(opened, { cacheEnabled: false, semanticCacheEnabled: true });
  });

  it('leaves alone what another version stores', async () => {
    await using opened = await openRedisRollout(server.url);
    const { redis, key, rollout } = opened;
    await redis.hset(key, { semanticCacheEnabled: 'true' });
    await rollout.change({ cacheEnabled: false });
    await rollout.change({ cacheEnabled: null });
    expect(await redis.hget(key, 'semanticCacheEnabled')).toBe('true');
  });
});

describe('while Redis', () => {
  it('is away, the switches stay, and a change fails as a whole', async () => {
    await using ownServer = await startRedis();
    await using opened = await openRedisRollout(ownServer.url);
    const { rollout } = opened;
    const before = await rollout.change({ cacheEnabled: false });
    await ownServer.kill();
    await expect(rollout.change({ cacheEnabled: true })).rejects.toThrow(RolloutUnavailable);
    expect(rollout.current()).toEqual(before);
    expect(await rollout.change({})).toEqual(before);
  });

  it('hangs, a change fails in bounded time', async () => {
    await using ownServer = await startRedis();
    await using opened = await openRedisRollout(ownServer.url);
    ownServer.pause();
    const startedAt = performance.now();
    const change = opened.rollout.change({ cacheEnabled: false });
    await expect(change).rejects.toThrow(RolloutUnavailable);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    ownServer.resume();
  });

  it('takes no change, it fails, and says nothing of values', async () => {
    await using opened = await openRedisRollout(server.url);
    const { redis, key, rollout, logs } = opened;
    await redis.set(key, 'not a hash');
    await expect(rollout.change({ abTestRatio: 0.123 })).rejects.toThrow(/may be sent again/);
    expect(logs).toMatchObject([
      { level: 'warn', message: expect.stringContaining('not changed') },
    ]);
  });

  it('cannot be read, that is logged when it begins and when it ends', async () => {
    await using opened = await openRedisRollout(server.url);
    const { redis, key, logs } = opened;
    await redis.set(key, 'not a hash');
    await expect.poll(() => logs).toMatchObject([{ level: 'warn' }]);
    await redis.publish(key, '');
    await redis.publish(key, '');
    await redis.del(key);
    await expect.poll(() => logs).toMatchObject([{ level: 'warn' }, { level: 'info' }]);
  });
});

describe('when Redis has lost its data', () => {
  it('a process that knows the switches writes them again', async () => {
    await using ownServer = await startRedis();
    await using opened = await openRedisRollout(ownServer.url);
    const { redis, key, rollout } = opened;
    const before = await rollout.change({ cacheEnabled: false, abTestRatio: 0.1 });
    await ownServer.restart();
    await connected(redis);
    await expect.poll(() => redis.hget(key, 'cacheEnabled'), SOON).toBe('false');
    expect(rollout.current()).toEqual(before);
    expect(changesIn(opened)).toHaveLength(1);
  });

  it('a change does not take the place of all that was changed before', async () => {
    await using opened = await openRedisRollout(server.url);
    const { redis, key, rollout } = opened;
    await rollout.change({ cacheEnabled: false });
    await redis.del(key);
    await rollout.change({ abTestRatio: 0.1 });
    expect(rollout.current()).toMatchObject({ cacheEnabled: false, abTestRatio: 0.1 });
  });

  it('what was set back stays so', async () => {
    await using two = await openTwo(server.url);
    const { one, other, keyPrefix } = two;
    await one.rollout.change({ cacheEnabled: false });
    await expectSwitches(other, { cacheEnabled: false });
    await one.rollout.change({ cacheEnabled: null });
    await expectSwitches(other, { cacheEnabled: true, changedAt: null });
    await one.redis.del(`${keyPrefix}rollout:1`);
    await other.rollout.change({ abTestRatio: 0.1 });
    await expectSwitches(one, { cacheEnabled: true, abTestRatio: 0.1 });
    expect(other.rollout.current()).toMatchObject({ cacheEnabled: true, abTestRatio: 0.1 });
  });
});
