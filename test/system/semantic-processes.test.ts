import { expect, it } from 'vitest';
import { askForAnswer } from '../support/ask.ts';
import { startGateways } from '../support/gateways.ts';
import { startRedis } from '../support/redis-server.ts';
import { runOperation } from '../support/run-operation.ts';
import { spawnGateway } from '../support/spawn-gateway.ts';
import { say } from '../support/upstream-script.ts';
import { modelsLoaded, withRealModels } from '../support/with-real-models.ts';

const stored = 'How much does a Ross 308 broiler weigh at 21 days?';
const inOtherWords = 'What is the weight of a Ross 308 broiler at 21 days?';
const within = (namespace: string) => ({ cache: { namespace, mode: 'ONLY_IF_CACHED' } });
const SOON = { timeout: 1_000, interval: 50 };

it('each of two processes finds what the other stored within a second, and neither what was evicted', async () => {
  await using gateways = await startGateways(withRealModels, () => startRedis());
  const { one, other, upstream } = gateways;
  await Promise.all([modelsLoaded(one), modelsLoaded(other)]);
  upstream.answersAll(() => say('Nine hundred grams.'));
  const cached = async (at: typeof one, prompt: string) =>
    (await runOperation(at, CACHED, { input: { prompt, ...within('broilers') } })).data;

  for (const [asking, hearing] of [
    [one, other],
    [other, one],
  ] as const) {
    const first = await askForAnswer(asking, { prompt: stored, cache: { namespace: 'broilers' } });
    await expect.poll(() => cached(hearing, inOtherWords), SOON).toEqual(HIT);

    await runOperation(hearing, EVICT, { id: await entryOf(asking) });

    expect(first.cached).toBe(false);
    await expect.poll(() => indexed(one), SOON).toBe(0);
    await expect.poll(() => indexed(other), SOON).toBe(0);
    expect(await cached(one, inOtherWords)).toEqual(MISS);
    expect(await cached(other, inOtherWords)).toEqual(MISS);
  }

  async function entryOf(at: typeof one) {
    const again = await askForAnswer(at, { prompt: stored, cache: { namespace: 'broilers' } });
    return again.decision.cache.entryId;
  }
});

it('a process that starts later knows what is stored, and what was reported', async () => {
  await using redis = await startRedis();
  const environment = {
    ...withRealModels,
    REDIS_URL: redis.url,
    REDIS_TIMEOUT_MS: '1000',
    DEMO_PACE: '0',
  };
  await using first = await spawnGateway(environment);
  await modelsLoaded(first);
  const reported = 'When do hens begin to lay eggs?';
  const differently = 'At what age do hens begin to lay eggs?';
  await askForAnswer(first, { prompt: stored });
  await askForAnswer(first, { prompt: reported });
  const wrong = await askForAnswer(first, { prompt: differently });
  expect(wrong.decision.cache.outcome).toBe('SEMANTIC');
  await runOperation(first, REPORT, { id: wrong.id });
  await askForAnswer(first, { prompt: reported });

  await using later = await spawnGateway(environment);
  await modelsLoaded(later);
  await expect.poll(() => indexed(later), { timeout: 10_000 }).toBe(2);

  const like = await askForAnswer(later, { prompt: inOtherWords });
  const barred = await askForAnswer(later, { prompt: differently });
  expect(like.decision.cache.outcome).toBe('SEMANTIC');
  expect(barred.decision.cache).toMatchObject({
    outcome: 'MISS',
    refusal: { kind: 'REPORTED_DIFFERENT' },
  });
});

const HIT = { generate: { __typename: 'Generation', cached: true } };
const MISS = { generate: { __typename: 'GenerationFailure' } };

const CACHED = `query ($input: GenerateInput!) {
  generate(input: $input) { __typename ... on Generation { cached } }
}`;
const EVICT = `mutation ($id: ID!) { invalidateCache(input: { entryId: $id }) { removed } }`;
const REPORT = `mutation ($id: ID!) {
  rateGeneration(input: { generationId: $id, verdict: WRONG_CACHE_HIT }) { evictedEntryId }
}`;

async function indexed(at: Parameters<typeof runOperation>[0]) {
  const { data } = await runOperation(at, '{ cacheStats { indexedEntries } }');
  return (data?.['cacheStats'] as { indexedEntries: number }).indexedEntries;
}
