import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Experiment,
  type ExperimentChange,
  ExperimentsUnavailable,
} from '../../../../src/router/experiments/port.ts';
import { fakeClock } from '../../../support/fake-clock.ts';
import {
  NEVER_MS,
  type OpenRedisExperiments,
  openRedisExperiments,
} from '../../../support/open-experiments.ts';
import { connected } from '../../../support/open-redis.ts';
import { type RedisServer, startRedis } from '../../../support/redis-server.ts';
import { sampleExperiment, standingOf } from '../../../support/sample-experiment.ts';

const SOON = { timeout: 1_000 };

const start: ExperimentChange = { kind: 'start', share: null };

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server[Symbol.asyncDispose]());

async function openTwo(url: string, lookEveryMs = 500) {
  const keyPrefix = `${crypto.randomUUID()}:`;
  const one = await openRedisExperiments(url, { keyPrefix, lookEveryMs });
  const other = await openRedisExperiments(url, { keyPrefix, lookEveryMs });
  return {
    ...{ keyPrefix, one, other },
    async [Symbol.asyncDispose]() {
      for (const opened of [one, other]) await opened[Symbol.asyncDispose]();
    },
  };
}

/** Waits until the process knows what Redis holds, as it does when it had time to read. */
async function expectStanding({ experiments }: OpenRedisExperiments, standing: object) {
  await expect.poll(() => standingOf(experiments), SOON).toMatchObject(standing);
}

function changesIn({ logs }: OpenRedisExperiments) {
  return logs.filter(({ message }) => message === 'experiment changed');
}

describe('experiments in Redis', () => {
  it('stand the same in all processes, which tell each other and log a change once each', async () => {
    await using two = await openTwo(server.url, NEVER_MS);
    const { one, other } = two;
    const started = await one.experiments.change('small-first', start);
    await expectStanding(other, { ...started?.experiment.standing });
    await other.experiments.change('small-first', { kind: 'share', share: 0.5 });
    await expectStanding(one, { state: 'COLLECTING', share: 0.5 });
    for (const process of [one, other]) {
      expect(changesIn(process)).toMatchObject([
        { state: 'RAMPING', share: 0.1 },
        { state: 'COLLECTING', share: 0.5 },
      ]);
    }
  });

  it('are rolled back once, though two processes find the harm in the same moment', async () => {
    await using two = await openTwo(server.url);
    const { one, other } = two;
    for (let round = 0; round < 10; round += 1) {
      const started = await one.experiments.change('small-first', start);
      await expectStanding(other, { ...started?.experiment.standing });
      const { run } = standingOf(one.experiments);
      const changes = await Promise.all(
        [one, other].map(({ experiments }, by) =>
          experiments.change('small-first', { kind: 'rollBack', run, reason: `Seen by ${by}.` }),
        ),
      );
      expect(changes.map((change) => change?.happened).toSorted()).toEqual([false, true]);
      const by = changes[0]?.happened ? 0 : 1;
      const rolledBack = { state: 'ROLLED_BACK', conclusion: `Seen by ${by}.`, run };
      for (const process of [one, other]) await expectStanding(process, rolledBack);
    }
  });

  it('take a step of the schedule once, though two processes find it due', async () => {
    await using two = await openTwo(server.url);
    const { one, other } = two;
    await one.experiments.change('small-first', start);
    await expectStanding(other, { state: 'RAMPING' });
    const { run } = standingOf(one.experiments);
    const requests = { control: 7, treatment: 8 };
    const advance = { kind: 'advance', run, step: 0, requests } as const;
    await Promise.all(
      [one, other].map(({ experiments }) => experiments.change('small-first', advance)),
    );
    for (const process of [one, other]) {
      await expectStanding(process, { state: 'RAMPING', step: 1, share: 0.3 });
    }
  });

  it('stand as they were left when every process has started anew', async () => {
    const { keyPrefix, standing } = await (async () => {
      await using two = await openTwo(server.url);
      await two.one.experiments.change('small-first', { kind: 'start', share: 0.4 });
      return { ...two, standing: standingOf(two.one.experiments) };
    })();
    await using later = await openRedisExperiments(server.url, {
      keyPrefix,
      lookEveryMs: NEVER_MS,
    });
    await expectStanding(later, standing);
  });

  it('begin another run each time, though the clocks of the processes differ', async () => {
    const keyPrefix = `${crypto.randomUUID()}:`;
    const [ahead, behind] = [fakeClock(2_000_000), fakeClock(1_000_000)];
    await using one = await openRedisExperiments(server.url, { keyPrefix, clock: ahead });
    await using other = await openRedisExperiments(server.url, { keyPrefix, clock: behind });
    await one.experiments.change('small-first', start);
    await other.experiments.change('small-first', { kind: 'stop' });
    await other.experiments.change('small-first', start);
    expect(standingOf(other.experiments).run).toBe('2000001');
    await expectStanding(one, { state: 'RAMPING', run: '2000001', since: 1_000_000 });
  });

  it('are kept when they are set up no more, and told again when they are', async () => {
    const keyPrefix = `${crypto.randomUUID()}:`;
    let defined: readonly Experiment[] = [sampleExperiment(), sampleExperiment({ key: 'other' })];
    await using opened = await openRedisExperiments(server.url, {
      ...{ keyPrefix, experiments: () => defined },
    });
    const { experiments } = opened;
    await experiments.change('other', start);
    defined = [sampleExperiment()];
    expect(experiments.current().map(({ key }) => key)).toEqual(['small-first']);
    expect(await experiments.change('other', { kind: 'stop' })).toBeNull();
    await experiments.change('small-first', start);
    defined = [...defined, sampleExperiment({ key: 'other' })];
    expect(standingOf(experiments, 'other').state).toBe('RAMPING');
  });
});

describe('a process that does not hear of a change', () => {
  it('reads it when it is connected again', async () => {
    await using two = await openTwo(server.url, NEVER_MS);
    const { one, other } = two;
    await other.redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await one.experiments.change('small-first', start);
    other.redis.disconnect(true);
    await expectStanding(other, { state: 'RAMPING' });
  });

  it('reads it all the same', async () => {
    await using ownServer = await startRedis();
    await using two = await openTwo(ownServer.url);
    await two.one.redis.call('ACL', 'SETUSER', 'default', 'resetchannels');
    await two.one.experiments.change('small-first', start);
    await expectStanding(two.other, { state: 'RAMPING' });
  });

  it('applies its own change to what it did not hear of', async () => {
    await using two = await openTwo(server.url, NEVER_MS);
    const { one, other } = two;
    await one.experiments.change('small-first', start);
    await one.redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await one.experiments.change('small-first', { kind: 'stop' });
    const late = await other.experiments.change('small-first', { kind: 'share', share: 0.5 });
    expect(late).toMatchObject({ happened: false, experiment: { standing: { state: 'OFF' } } });
  });

  it('assigns nobody by what is no standing, and says so once', async () => {
    await using opened = await openRedisExperiments(server.url);
    const { redis, key, experiments, logs } = opened;
    await redis.hset(key, { 'small-first': '7 {"state":"RUNNING"}', 'by-hand': 'on' });
    await redis.publish(key, '');
    await expect
      .poll(() => logs, SOON)
      .toMatchObject([{ level: 'warn', experiments: ['small-first', 'by-hand'] }]);
    expect(standingOf(experiments)).toMatchObject({ state: 'OFF', share: 0 });
    await experiments.change('by-hand', { kind: 'start', share: 0.5 });
    expect(standingOf(experiments, 'by-hand')).toMatchObject({ state: 'COLLECTING' });
  });
});

describe('while Redis', () => {
  it('is away, experiments stay, and a change fails as a whole', async () => {
    await using ownServer = await startRedis();
    await using opened = await openRedisExperiments(ownServer.url);
    const { experiments } = opened;
    await experiments.change('small-first', start);
    const before = experiments.current();
    await ownServer.kill();
    const stop = experiments.change('small-first', { kind: 'stop' });
    await expect(stop).rejects.toThrow(ExperimentsUnavailable);
    expect(experiments.current()).toEqual(before);
  });

  it('hangs, a change fails in bounded time', async () => {
    await using ownServer = await startRedis();
    await using opened = await openRedisExperiments(ownServer.url);
    ownServer.pause();
    const startedAt = performance.now();
    const change = opened.experiments.change('small-first', start);
    await expect(change).rejects.toThrow(ExperimentsUnavailable);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    ownServer.resume();
  });

  it('cannot be read, that is logged when it begins and when it ends', async () => {
    await using opened = await openRedisExperiments(server.url);
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
  it('a process that knows the experiments writes them again', async () => {
    await using ownServer = await startRedis();
    await using opened = await openRedisExperiments(ownServer.url);
    const { redis, key, experiments } = opened;
    await experiments.change('small-first', start);
    await experiments.change('by-hand', { kind: 'start', share: 0.2 });
    const before = experiments.current();
    await ownServer.restart();
    await connected(redis);
    await expect.poll(() => redis.hlen(key), SOON).toBe(2);
    expect(experiments.current()).toEqual(before);
    expect(changesIn(opened)).toHaveLength(2);
  });

  it('a change is applied to what stood, and takes the place of no other', async () => {
    await using opened = await openRedisExperiments(server.url);
    const { redis, key, experiments } = opened;
    await experiments.change('small-first', start);
    await experiments.change('by-hand', { kind: 'start', share: 0.2 });
    await redis.del(key);
    await experiments.change('small-first', { kind: 'share', share: 0.5 });
    expect(standingOf(experiments)).toMatchObject({ state: 'COLLECTING', share: 0.5 });
    expect(standingOf(experiments, 'by-hand')).toMatchObject({ share: 0.2 });
    expect(await redis.hlen(key)).toBe(2);
  });

  it('and comes back with an older state, the later one is written', async () => {
    await using opened = await openRedisExperiments(server.url);
    const { redis, key, experiments } = opened;
    await experiments.change('small-first', start);
    const backup = await redis.hgetall(key);
    await experiments.change('small-first', { kind: 'stop' });
    const later = await redis.hgetall(key);
    await redis.hset(key, backup);
    await expect.poll(() => redis.hgetall(key), SOON).toEqual(later);
    expect(standingOf(experiments).state).toBe('OFF');
  });
});
