import { afterAll, beforeAll, describe, it } from 'vitest';
import { askForAnswer, findGeneration, startGeneration } from '../support/ask.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { startGateways } from '../support/gateways.ts';
import { heldAnswer } from '../support/held-answer.ts';
import { type KeysFile, writeKeysFile } from '../support/keys-file.ts';
import { ACME, GLOBEX, NEIGHBOURS_KEYS, OPERATOR } from '../support/neighbours-keys.ts';
import { startRedis } from '../support/redis-server.ts';
import { runOperation } from '../support/run-operation.ts';
import type { ScriptedUpstream } from '../support/scripted-upstream.ts';
import { type Addressed, withKey } from '../support/transports.ts';
import { say } from '../support/upstream-script.ts';

let keys: KeysFile;
beforeAll(async () => {
  keys = await writeKeysFile(NEIGHBOURS_KEYS);
});
afterAll(() => keys[Symbol.asyncDispose]());

type Rated = AsyncDisposable & {
  readonly upstream: ScriptedUpstream;
  /** Where acme asks, and where it rates. */
  readonly acme: Addressed;
  readonly elsewhere: Addressed;
  readonly globex: Addressed;
  readonly operator: Addressed;
};

function placed(one: Gateway, other: Gateway, opened: AsyncDisposable): Rated {
  const { upstream } = one;
  upstream.answersAll(() => say('Starter feed.', { usage: { input: 100, output: 10 } }));
  return {
    upstream,
    acme: withKey(one, ACME),
    elsewhere: withKey(other, ACME),
    globex: withKey(other, GLOBEX),
    operator: withKey(other, OPERATOR),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}

async function startAlone(): Promise<Rated> {
  const gateway = await startGateway({ API_KEYS_FILE: keys.path });
  return placed(gateway, gateway, gateway);
}

async function startTwo(): Promise<Rated> {
  const gateways = await startGateways(
    { API_KEYS_FILE: keys.path, REDIS_STATISTICS_FLUSH_MS: '100' },
    () => startRedis(),
  );
  return placed(gateways.one, gateways.other, gateways);
}

const places = [
  { name: 'in one process', start: startAlone },
  { name: 'at another process around one Redis', start: startTwo },
];

const prompt = 'What do day-old chicks eat?';
/** What a process has counted is seen by another after its flush. */
const SOON = { timeout: 5_000, interval: 50 };

describe.concurrent.each(places)('a generation that is rated $name', ({ start }) => {
  it('and was a wrong hit is not served again, and is counted for its tenant', async ({
    expect,
  }) => {
    await using rated = await start();
    const { acme, elsewhere, globex, operator } = rated;
    await askForAnswer(acme, { prompt });
    const hit = await askForAnswer(acme, { prompt });
    const { entryId } = hit.decision.cache;
    expect(await rate(elsewhere, hit.id, 'WRONG_CACHE_HIT')).toEqual({
      generation: { id: hit.id },
      evictedEntryId: entryId,
      counted: true,
    });
    expect((await askForAnswer(acme, { prompt })).cached).toBe(false);
    // The answer of now has the place of the one that was wrong, and stays.
    expect(await rate(acme, hit.id, 'WRONG_CACHE_HIT')).toMatchObject({
      evictedEntryId: null,
      counted: false,
    });
    expect((await askForAnswer(elsewhere, { prompt })).cached).toBe(true);
    for (const who of [acme, operator]) await expect.poll(() => wrongHitsOf(who), SOON).toBe(1);
    expect(await wrongHitsOf(globex)).toBe(0);
  });

  it('counts for its model, by the first verdict', async ({ expect }) => {
    await using rated = await start();
    const { acme, elsewhere } = rated;
    const first = await askForAnswer(acme, { prompt });
    const second = await askForAnswer(acme, { prompt: 'What do hens eat?' });
    expect(await rate(elsewhere, first.id, 'GOOD')).toMatchObject({ counted: true });
    for (const who of [acme, elsewhere]) {
      expect(await rate(who, first.id, 'BAD')).toMatchObject({
        generation: { id: first.id },
        counted: false,
      });
    }
    expect(await rate(acme, second.id, 'BAD')).toMatchObject({ counted: true });
    const large = { model: 'large-model', meanRating: 0.5, ratings: 2 };
    await expect.poll(() => ratingsOf(acme), SOON).toContainEqual(large);
    expect(await ratingsOf(rated.globex)).toContainEqual({
      ...large,
      meanRating: null,
      ratings: 0,
    });
  });

  it('is known to its tenant alone', async ({ expect }) => {
    await using rated = await start();
    const { acme, globex, operator } = rated;
    await askForAnswer(acme, { prompt });
    const { id } = await askForAnswer(acme, { prompt });
    for (const stranger of [globex, operator]) {
      for (const verdict of ['WRONG_CACHE_HIT', 'GOOD']) {
        const nothing = { generation: null, evictedEntryId: null, counted: false };
        expect(await rate(stranger, id, verdict)).toEqual(nothing);
      }
    }
    expect((await askForAnswer(acme, { prompt })).cached).toBe(true);
    expect(await rate(acme, id, 'GOOD')).toMatchObject({ counted: true });
  });

  it('has to have ended, and to have been a hit if it is to be a wrong one', async ({ expect }) => {
    await using rated = await start();
    const { acme, elsewhere, upstream } = rated;
    const answer = heldAnswer();
    upstream.answers(answer.script);
    const started = await startGeneration(acme, { prompt });
    if (started.__typename !== 'Generation') throw new Error(started.message);
    const { id } = started;
    expect(await problemOf(elsewhere, id, 'GOOD')).toMatch(
      /input\.generationId is of a generation that is still running/,
    );
    answer.release();
    await expect.poll(() => findGeneration(acme, id)).toMatchObject({ status: 'FINISHED' });
    expect(await problemOf(elsewhere, id, 'WRONG_CACHE_HIT')).toMatch(
      /input\.verdict must not be WRONG_CACHE_HIT: the answer is no cache hit, its outcome is MISS/,
    );
    expect(await rate(elsewhere, id, 'GOOD')).toMatchObject({ counted: true });
  });
});

describe.concurrent('a verdict while Redis is away', () => {
  it('is not taken down, and may be given again', async ({ expect }) => {
    await using gateways = await startGateways({ API_KEYS_FILE: keys.path }, () => startRedis());
    const { one, redis, upstream } = gateways;
    upstream.answersAll(() => say('Starter feed.'));
    const acme = withKey(one, ACME);
    await askForAnswer(acme, { prompt });
    const hit = await askForAnswer(acme, { prompt });
    await redis.kill();
    const { errors } = await runOperation(acme, RATE, ratingOf(hit.id, 'WRONG_CACHE_HIT'));
    expect(errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE', retryable: true } }]);
    await redis.restart();
    const again = async () => (await runOperation(acme, RATE, ratingOf(hit.id, 'GOOD'))).data;
    await expect
      .poll(again, { timeout: 10_000 })
      .toMatchObject({ rateGeneration: { counted: true } });
  });
});

const RATE = `mutation Rate($input: RateGenerationInput!) {
  rateGeneration(input: $input) { generation { id } evictedEntryId counted }
}`;

function ratingOf(generationId: string, verdict: string) {
  return { input: { generationId, verdict, comment: 'As the vet says.' } };
}

async function rate(who: Addressed, generationId: string, verdict: string) {
  const { data, errors } = await runOperation(who, RATE, ratingOf(generationId, verdict));
  if (errors !== undefined) throw new Error(errors[0]?.message);
  return data?.['rateGeneration'];
}

async function problemOf(who: Addressed, generationId: string, verdict: string) {
  const { errors } = await runOperation(who, RATE, ratingOf(generationId, verdict));
  return errors?.[0]?.message;
}

async function wrongHitsOf(who: Addressed): Promise<number> {
  const { data } = await runOperation(who, '{ cacheStats { wrongHitsReported } }');
  return (
    (data as { cacheStats: { wrongHitsReported: number } } | undefined)?.cacheStats
      .wrongHitsReported ?? Number.NaN
  );
}

async function ratingsOf(who: Addressed): Promise<readonly object[]> {
  const query = '{ routingStats { models { model meanRating ratings } } }';
  const { data } = await runOperation(who, query);
  return (data as { routingStats: { models: object[] } } | undefined)?.routingStats.models ?? [];
}
