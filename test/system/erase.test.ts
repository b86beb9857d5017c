import { afterAll, beforeAll, describe, it } from 'vitest';
import { askForAnswer, findGeneration } from '../support/ask.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { type AddressedRedis, type Gateways, startGateways } from '../support/gateways.ts';
import { type Hearing, hearFirstWord } from '../support/hearing.ts';
import { heldAnswer } from '../support/held-answer.ts';
import { type KeysFile, writeKeysFile } from '../support/keys-file.ts';
import { ACME, GLOBEX, NEIGHBOURS_KEYS, OPERATOR } from '../support/neighbours-keys.ts';
import { startRedisClusterOfThree } from '../support/redis-cluster.ts';
import { dumpRedis } from '../support/redis-dump.ts';
import { startRedis } from '../support/redis-server.ts';
import { samplePrincipal } from '../support/sample-principal.ts';
import { type Addressed, post, withKey } from '../support/transports.ts';
import { say } from '../support/upstream-script.ts';

let keys: KeysFile;
beforeAll(async () => {
  keys = await writeKeysFile(NEIGHBOURS_KEYS);
});
afterAll(() => keys[Symbol.asyncDispose]());

/** Both tenants ask this. */
const input = { prompt: 'What do day-old chicks eat?' };
/** And this, to which there is no answer yet when something is erased. */
const running = { prompt: 'What do hens eat?' };
const docs = { ...input, cache: { namespace: 'docs' } };
const SOON = { timeout: 10_000 };

const servers: readonly { name: string; start: () => Promise<AddressedRedis> }[] = [
  { name: 'one Redis', start: () => startRedis() },
  { name: 'a Redis cluster of three', start: () => startRedisClusterOfThree() },
];

describe.concurrent.each(servers)('eraseData at one of two gateways around $name', ({ start }) => {
  it('leaves nothing of a tenant, and all of its neighbour', async ({ expect }) => {
    await using gateways = await startNeighbours(start);
    const { one, other, redis, upstream } = gateways;
    await using acme = await askInEveryWay(gateways, ACME, 'Acme says crumbs.');
    await using globex = await askInEveryWay(gateways, GLOBEX, 'Globex says crumbs.');
    const before = await dumpRedis(redis.url);
    expect(before.found(['Acme says', 'Globex says'])).toEqual(['Acme says', 'Globex says']);
    const ofGlobex = before.keysWith('Globex says');
    const withPrompt = before.keysWith('day-old chicks').length;

    expect(await erase(one, { tenant: 'acme' })).toEqual({
      data: { eraseData: { entries: 2, generations: acme.ids.length } },
    });
    const after = await dumpRedis(redis.url);
    expect(after.found(['Acme says'])).toEqual([]);
    expect(after.keysWith('Globex says').toSorted()).toEqual(ofGlobex.toSorted());
    // Equal prompts of two tenants are told apart: half of them are left.
    expect(after.keysWith('day-old chicks')).toHaveLength(withPrompt / 2);
    expect(after.keysWith('What do hens')).toHaveLength(1);
    expect(after.keys.filter((key) => key.includes('acme'))).toEqual([
      expect.stringMatching(/^sluice:statistics:1:tenant:acme:total$/),
    ]);

    // What was under way has ended for who listened, at the model too.
    await acme.hearing.toEnd();
    expect(acme.hearing.heard.at(-1)).toMatchObject({ failure: { code: 'CANCELLED' } });
    expect(await (await upstream.call(acme.call)).closed).toMatchObject({ aborted: true });
    globex.release();
    expect(await globex.hearing.toEnd()).toBe('Starter feed.');

    upstream.answersAll(() => say('Asked again.'));
    for (const at of [one, other]) {
      for (const id of acme.ids) expect(await findGeneration(withKey(at, ACME), id)).toBeNull();
      for (const id of globex.ids) {
        expect(await findGeneration(withKey(at, GLOBEX), id)).toMatchObject({ status: 'FINISHED' });
      }
      await expect.poll(() => requestsOf(withKey(at, ACME)), SOON).toBe(0);
      expect(await askForAnswer(withKey(at, GLOBEX), input)).toMatchObject({ cached: true });
    }
    await expect.poll(() => requestsOf(withKey(one, GLOBEX)), SOON).toBe(globex.ids.length + 2);
    expect(await askForAnswer(withKey(one, ACME), input)).toMatchObject({
      text: 'Asked again.',
      cached: false,
    });
    await expect.poll(() => requestsOf(withKey(other, ACME)), SOON).toBe(1);
  });

  it('leaves the other namespaces of a tenant', async ({ expect }) => {
    await using gateways = await startNeighbours(start);
    const { one, other, redis } = gateways;
    await using acme = await askInEveryWay(gateways, ACME, 'Acme says crumbs.');
    const before = await dumpRedis(redis.url);
    expect(await erase(other, { tenant: 'acme', namespace: 'docs' })).toEqual({
      data: { eraseData: { entries: 1, generations: 1 } },
    });
    const after = await dumpRedis(redis.url);
    // An entry, and the log and the state of a run.
    expect(before.keysWith('day-old chicks').length - after.keysWith('day-old chicks').length).toBe(
      2,
    );
    expect(after.keys.filter((key) => key.startsWith('sluice:cache:'))).toHaveLength(1);
    acme.release();
    expect(await acme.hearing.toEnd()).toBe('Starter feed.');
    const found = await Promise.all(acme.ids.map((id) => findGeneration(withKey(one, ACME), id)));
    expect(found.filter((generation) => generation === null)).toHaveLength(1);
    await expect.poll(() => requestsOf(withKey(one, ACME)), SOON).toBe(acme.ids.length);
  });
});

describe.concurrent('eraseData', () => {
  it('has other processes forget what they hold in memory', async ({ expect }) => {
    await using gateways = await startNeighbours(() => startRedis());
    const { one, other, redis } = gateways;
    await using acme = await askInEveryWay(gateways, ACME, 'Acme says crumbs.');
    expect(await erase(one, { tenant: 'acme' })).not.toHaveProperty('errors');
    // Nothing but what they remember is left to ask.
    await redis.kill();
    const knownAt = async ({ app }: Gateway) => {
      const caller = samplePrincipal({ tenant: 'acme' });
      const found = acme.ids.map((id) => app.generations.find(id, caller).catch(() => null));
      return (await Promise.all(found)).filter((generation) => generation !== null);
    };
    expect(await knownAt(one)).toEqual([]);
    await expect.poll(() => knownAt(other)).toEqual([]);
  });

  it('says that it may be sent again when Redis is away', async ({ expect }) => {
    await using gateways = await startNeighbours(() => startRedis());
    const { one, redis } = gateways;
    await redis.kill();
    const { data, errors } = await erase(one, { tenant: 'acme' });
    expect(data).toEqual({ eraseData: null });
    expect(errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE', retryable: true } }]);
    await redis.restart();
    await expect
      .poll(async () => (await erase(one, { tenant: 'acme' })).errors, SOON)
      .toBeUndefined();
  });

  it('says so too when the Redis of the stored answers is away alone', async ({ expect }) => {
    await using cache = await startRedis();
    await using gateways = await startNeighbours(() => startRedis(), cache.url);
    const { one } = gateways;
    await cache.kill();
    const { errors } = await erase(one, { tenant: 'acme' });
    expect(errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE', retryable: true } }]);
  });

  it('is for operators', async ({ expect }) => {
    await using gateway = await startGateway({ API_KEYS_FILE: keys.path });
    const { errors } = await erase(gateway, { tenant: 'globex' }, ACME);
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });

  it('erases what a process has without a Redis', async ({ expect }) => {
    await using gateway = await startGateway({ API_KEYS_FILE: keys.path });
    const { upstream } = gateway;
    const held = heldAnswer();
    upstream.answers(say('Known.'), held.script);
    const known = await askForAnswer(withKey(gateway, ACME), input);
    await using hearing = await hearFirstWord(withKey(gateway, ACME), running);
    const { data } = await erase(gateway, { tenant: 'acme' });
    expect(data).toEqual({ eraseData: { entries: 1, generations: 2 } });
    await hearing.toEnd();
    expect(hearing.heard.at(-1)).toMatchObject({ failure: { code: 'CANCELLED' } });
    expect(await findGeneration(withKey(gateway, ACME), known.id)).toBeNull();
    expect(await requestsOf(withKey(gateway, ACME))).toBe(0);
    upstream.answers(say('Anew.'));
    expect(await askForAnswer(withKey(gateway, ACME), input)).toMatchObject({ cached: false });
  });
});

async function startNeighbours<Redis extends AddressedRedis>(
  start: () => Promise<Redis>,
  cacheUrl?: string,
): Promise<Gateways<Redis>> {
  const environment = {
    API_KEYS_FILE: keys.path,
    REDIS_STATISTICS_FLUSH_MS: '100',
    ...(cacheUrl !== undefined && { REDIS_CACHE_URL: cacheUrl }),
  };
  return startGateways(environment, start);
}

type Asked = AsyncDisposable & {
  /** Of the generations; the last one is under way. */
  readonly ids: readonly string[];
  /** Of the one that is under way. */
  readonly hearing: Hearing;
  /** Which call of the model answers that. */
  readonly call: number;
  /** Lets that end. */
  readonly release: () => void;
};

/** Asks at both gateways: an answer that is kept, one that is served from there, one in `docs`, one under way. */
async function askInEveryWay(
  { one, other, upstream }: Gateways<AddressedRedis>,
  key: string,
  answer: string,
): Promise<Asked> {
  const held = heldAnswer();
  upstream.answersAll(({ body }) =>
    body.messages.at(-1)?.content === running.prompt ? held.script : say(answer),
  );
  const ids: string[] = [];
  for (const [at, question] of [
    [one, input],
    [other, input],
    [one, docs],
  ] as const) {
    ids.push((await askForAnswer(withKey(at, key), question)).id);
  }
  const call = upstream.calls.length;
  const hearing = await hearFirstWord(withKey(other, key), running);
  const [{ generationId = '' } = {}] = hearing.heard;
  return {
    ids: [...ids, generationId],
    hearing,
    call,
    release: held.release,
    [Symbol.asyncDispose]: () => hearing[Symbol.asyncDispose](),
  };
}

async function erase(at: Addressed, what: { tenant: string; namespace?: string }, key = OPERATOR) {
  const query = `mutation Erase($input: EraseDataInput!) {
    eraseData(input: $input) { entries generations }
  }`;
  return (await post(withKey(at, key), { query, variables: { input: what } })).json();
}

async function requestsOf(caller: Addressed): Promise<number> {
  const response = await post(caller, { query: '{ cacheStats { requests } }' });
  return (await response.json()).data.cacheStats.requests;
}
