import { describe, expect, it } from 'vitest';
import { askForAnswer } from '../support/ask.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { heldAnswer } from '../support/held-answer.ts';
import { openRedis } from '../support/open-redis.ts';
import { startRedis } from '../support/redis-server.ts';
import { post } from '../support/transports.ts';
import { say } from '../support/upstream-script.ts';

/** What a change on one gateway may take to be seen on another. */
const WITHIN = { timeout: 1_000, interval: 20 };

const prompt = 'What do day-old chicks eat?';
const SWITCHES = 'cacheEnabled semanticCacheEnabled routingEnabled abTestRatio changedAt';

async function start(environment: Record<string, string> = {}): Promise<Gateway> {
  const gateway = await startGateway(environment);
  gateway.upstream.answersAll(() => say('Starter feed.'));
  return gateway;
}

/** A gateway on Redis that is connected, so that switches can be set. */
async function startOn(url: string, environment: Record<string, string> = {}): Promise<Gateway> {
  const gateway = await start({ REDIS_URL: url, ...environment });
  const isConnected = () => gateway.logs.some(({ message }) => message === 'redis connected');
  await expect.poll(isConnected).toBe(true);
  return gateway;
}

async function run(gateway: Gateway, query: string, variables = {}) {
  return await (await post(gateway, { query, variables })).json();
}

async function setRollout(gateway: Gateway, input: object) {
  const query = `mutation ($input: RolloutInput!) { setRollout(input: $input) { ${SWITCHES} } }`;
  const { data, errors } = await run(gateway, query, { input });
  return { rollout: data.setRollout, errors };
}

async function rolloutOf(gateway: Gateway) {
  return (await run(gateway, `{ rollout { ${SWITCHES} } }`)).data.rollout;
}

async function outcomeOf(gateway: Gateway): Promise<string> {
  return (await askForAnswer(gateway, { prompt })).decision.cache.outcome;
}

describe('the switches of one gateway', () => {
  it('take effect on the next request, and statistics tell of them', async () => {
    await using gateway = await start();
    await outcomeOf(gateway);
    expect(await outcomeOf(gateway)).toBe('EXACT');
    const { rollout } = await setRollout(gateway, { cacheEnabled: false, abTestRatio: 0.1 });
    expect(rollout).toMatchObject({ cacheEnabled: false, abTestRatio: 0.1 });
    expect(await outcomeOf(gateway)).toBe('DISABLED');
    const query = '{ cacheStats { enabled } routingStats { enabled abTestRatio } }';
    expect(await run(gateway, query)).toMatchObject({
      data: { cacheStats: { enabled: false }, routingStats: { enabled: false, abTestRatio: 0.1 } },
    });
    await setRollout(gateway, { cacheEnabled: null, routingEnabled: true });
    expect(await outcomeOf(gateway)).toBe('EXACT');
    expect(await run(gateway, query)).toMatchObject({
      data: { cacheStats: { enabled: true }, routingStats: { enabled: true, abTestRatio: 0.1 } },
    });
  });

  it('keep an answer out of the cache that began while it was on', async () => {
    await using gateway = await start();
    const { script, release } = heldAnswer();
    gateway.upstream.answers(script);
    const outcome = outcomeOf(gateway);
    await gateway.upstream.call(0);
    await setRollout(gateway, { cacheEnabled: false });
    release();
    expect(await outcome).toBe('MISS');
    await setRollout(gateway, { cacheEnabled: true });
    expect(await outcomeOf(gateway)).toBe('MISS');
  });
});

describe('the switches of gateways on one Redis', () => {
  it('are set on one and seen on the other within a second', async () => {
    await using redis = await startRedis();
    await using one = await startOn(redis.url);
    await using other = await startOn(redis.url);
    await outcomeOf(one);
    expect(await outcomeOf(other)).toBe('EXACT');

    const { rollout } = await setRollout(one, { cacheEnabled: false });
    await expect.poll(() => rolloutOf(other), WITHIN).toEqual(rollout);
    expect(await outcomeOf(one)).toBe('DISABLED');
    expect(await outcomeOf(other)).toBe('DISABLED');

    await setRollout(other, { cacheEnabled: true });
    await expect.poll(() => outcomeOf(one), WITHIN).toBe('EXACT');
    for (const { logs } of [one, other]) {
      const changes = logs.filter(({ message }) => message === 'rollout switches changed');
      expect(changes).toMatchObject([{ cacheEnabled: false }, { cacheEnabled: true }]);
    }
  });

  it('outlive all gateways, and win over their configuration', async () => {
    await using redis = await startRedis();
    {
      await using one = await startOn(redis.url);
      await using other = await startOn(redis.url);
      await setRollout(one, { cacheEnabled: false, semanticCacheEnabled: false });
      await setRollout(other, { abTestRatio: 0.1 });
    }
    const configured = { CACHE_ENABLED: 'true', AB_TEST_RATIO: '0.7', CACHE_SEMANTIC: 'true' };
    await using one = await startOn(redis.url, configured);
    await using other = await startOn(redis.url, configured);
    for (const gateway of [one, other]) {
      await expect
        .poll(() => rolloutOf(gateway), WITHIN)
        .toMatchObject({
          ...{ cacheEnabled: false, semanticCacheEnabled: false, abTestRatio: 0.1 },
          changedAt: expect.any(String),
        });
    }
    await setRollout(one, { cacheEnabled: null, semanticCacheEnabled: null, abTestRatio: null });
    await expect
      .poll(() => rolloutOf(other), WITHIN)
      .toMatchObject({
        ...{ cacheEnabled: true, semanticCacheEnabled: true, abTestRatio: 0.7 },
        changedAt: null,
      });
  });

  it('are caught up with by one that was not told, since its line was cut', async () => {
    await using redis = await startRedis();
    await using one = await startOn(redis.url);
    await using other = await startOn(redis.url);
    await using admin = await openRedis(redis.url);
    for (const cacheEnabled of [false, true, false, true]) {
      await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
      await setRollout(one, { cacheEnabled });
      await expect.poll(() => rolloutOf(other), WITHIN).toMatchObject({ cacheEnabled });
    }
  });

  it('are caught up with when somebody changed them in Redis', async () => {
    await using redis = await startRedis();
    await using one = await startOn(redis.url);
    await using admin = await openRedis(redis.url);
    await admin.hset('sluice:rollout:1', { cacheEnabled: 'false' });
    await expect.poll(() => rolloutOf(one), WITHIN).toMatchObject({ cacheEnabled: false });
  });

  it('stay while Redis is away, cannot be set, and stand again when it comes back empty', async () => {
    await using redis = await startRedis();
    await using one = await startOn(redis.url);
    await using other = await startOn(redis.url);
    await setRollout(one, { cacheEnabled: false });
    await expect.poll(() => rolloutOf(other), WITHIN).toMatchObject({ cacheEnabled: false });

    await redis.kill();
    const { rollout, errors } = await setRollout(one, { cacheEnabled: true, abTestRatio: 0 });
    expect(rollout).toBeNull();
    expect(errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE', retryable: true } }]);
    for (const gateway of [one, other]) {
      expect(await rolloutOf(gateway)).toMatchObject({ cacheEnabled: false, abTestRatio: 0.5 });
      expect(await outcomeOf(gateway)).toBe('DISABLED');
    }

    await redis.restart();
    await using later = await startOn(redis.url);
    await expect
      .poll(() => rolloutOf(later), { timeout: 5_000 })
      .toMatchObject({ cacheEnabled: false });
    await expect
      .poll(async () => (await setRollout(one, { cacheEnabled: true })).errors, { timeout: 5_000 })
      .toBeUndefined();
    await expect.poll(() => rolloutOf(later), WITHIN).toMatchObject({ cacheEnabled: true });
  });

  it('stand as configured where Redis was never there', async () => {
    await using redis = await startRedis();
    await redis.kill();
    await using gateway = await start({ REDIS_URL: redis.url, CACHE_ENABLED: 'false' });
    expect(await rolloutOf(gateway)).toMatchObject({ cacheEnabled: false, changedAt: null });
    expect((await setRollout(gateway, { cacheEnabled: true })).errors).toMatchObject([
      { extensions: { code: 'UNAVAILABLE' } },
    ]);
    expect(await outcomeOf(gateway)).toBe('DISABLED');
  });
});
