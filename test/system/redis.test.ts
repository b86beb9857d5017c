import { describe, expect, it } from 'vitest';
import { type AskedGeneration, askForAnswer } from '../support/ask.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { startRedis } from '../support/redis-server.ts';
import { post } from '../support/transports.ts';
import { say } from '../support/upstream-script.ts';

const prompt = 'What do day-old chicks eat?';

async function startOnRedis(url: string): Promise<Gateway> {
  const gateway = await startGateway({
    REDIS_URL: url,
    REDIS_TIMEOUT_MS: '50',
    REDIS_STATISTICS_FLUSH_MS: '100',
  });
  gateway.upstream.answersAll(() => say('Starter feed.'));
  // Until the connection stands, look-ups are UNAVAILABLE.
  await expect
    .poll(async () => (await ask(gateway)).decision.cache.outcome)
    .not.toBe('UNAVAILABLE');
  return gateway;
}

let asked = 0;
/** A question that nobody has asked before. */
async function ask(gateway: Gateway): Promise<AskedGeneration> {
  asked += 1;
  return askForAnswer(gateway, { prompt: `Question ${asked}` });
}

describe('a cache on Redis', () => {
  it('is shared by all gateways', async () => {
    await using redis = await startRedis();
    await using one = await startOnRedis(redis.url);
    await using other = await startOnRedis(redis.url);
    await askForAnswer(one, { prompt });
    const found = await askForAnswer(other, { prompt });
    expect(found).toMatchObject({ cached: true, text: 'Starter feed.' });
    expect(found.decision.cache.outcome).toBe('EXACT');
  });

  it('costs no request its answer when Redis dies, and is there again when Redis is', async () => {
    await using redis = await startRedis();
    await using gateway = await startOnRedis(redis.url);
    await redis.kill();
    const unavailable = await ask(gateway);
    expect(unavailable).toMatchObject({ text: 'Starter feed.', cached: false });
    expect(unavailable.decision.cache.outcome).toBe('UNAVAILABLE');
    const health = await (await fetch(`${gateway.origin}/health`)).json();
    expect(health).toMatchObject({ status: 'DEGRADED' });

    await redis.restart();
    await expect
      .poll(async () => (await ask(gateway)).decision.cache.outcome, { timeout: 15_000 })
      .toBe('MISS');
    await askForAnswer(gateway, { prompt });
    expect((await askForAnswer(gateway, { prompt })).cached).toBe(true);
  });

  it('costs requests a short deadline, and soon nothing, when Redis hangs', async () => {
    await using redis = await startRedis();
    await using gateway = await startOnRedis(redis.url);
    redis.pause();
    const overheads: number[] = [];
    for (let request = 0; request < 12; request += 1) {
      const { decision, timing } = await ask(gateway);
      expect(decision.cache.outcome).toBe('UNAVAILABLE');
      overheads.push(timing.overheadMs);
    }
    // Two calls of 50 ms each until five have failed; then the breaker is open.
    expect(Math.max(...overheads)).toBeLessThan(1_000);
    expect(Math.min(...overheads)).toBeLessThan(40);
    redis.resume();
    await expect
      .poll(async () => (await ask(gateway)).decision.cache.outcome, { timeout: 15_000 })
      .toBe('MISS');
  });

  it('starts while Redis is down', async () => {
    await using redis = await startRedis();
    await redis.kill();
    await using gateway = await startGateway({ REDIS_URL: redis.url });
    gateway.upstream.answersAll(() => say('Starter feed.'));
    expect((await ask(gateway)).text).toBe('Starter feed.');
  });
});

describe('statistics on Redis', () => {
  it('are those of all gateways, each request counted once, and outlive them', async () => {
    await using redis = await startRedis();
    await using one = await startOnRedis(redis.url);
    let before = 0;
    {
      await using other = await startOnRedis(redis.url);
      before = (await countsOf(one)).requests;
      await askForAnswer(one, { prompt });
      await askForAnswer(other, { prompt });
      await expect.poll(() => countsOf(one)).toMatchObject({ exactHits: 1 });
    }
    await expect.poll(() => countsOf(one)).toMatchObject({ exactHits: 1 });
    const { requests } = await countsOf(one);
    expect(requests).toBeGreaterThanOrEqual(before + 2);
    await using later = await startOnRedis(redis.url);
    await expect.poll(() => countsOf(later)).toMatchObject({ exactHits: 1 });
    expect((await countsOf(later)).requests).toBeGreaterThan(requests);
  });
});

async function countsOf(gateway: Gateway): Promise<{ requests: number; exactHits: number }> {
  const query = '{ cacheStats { requests exactHits } }';
  const { data } = await (await post(gateway, { query })).json();
  return data.cacheStats;
}
