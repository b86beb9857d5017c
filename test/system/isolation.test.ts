import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  askForAnswer,
  askForFailure,
  cancelGeneration,
  findGeneration,
  startGeneration,
  textOf,
} from '../support/ask.ts';
import { listenToGeneration, listenToStream } from '../support/follow.ts';
import { type Gateway, startGatewayBefore } from '../support/gateway.ts';
import { heldAnswer } from '../support/held-answer.ts';
import { type KeysFile, writeKeysFile } from '../support/keys-file.ts';
import { ACME, GLOBEX, NEIGHBOURS_KEYS, OPERATOR } from '../support/neighbours-keys.ts';
import { openRedis } from '../support/open-redis.ts';
import { startRedis } from '../support/redis-server.ts';
import { type ScriptedUpstream, startScriptedUpstream } from '../support/scripted-upstream.ts';
import { type Addressed, post, withKey } from '../support/transports.ts';
import { delta, done, finish, role, say, until } from '../support/upstream-script.ts';

let keys: KeysFile;
beforeAll(async () => {
  keys = await writeKeysFile(NEIGHBOURS_KEYS);
});
afterAll(() => keys[Symbol.asyncDispose]());

/** Two tenants, each at a gateway; the gateways are one and the same where `gateways` is 1. */
type Neighbours = AsyncDisposable & {
  readonly upstream: ScriptedUpstream;
  readonly acme: Addressed;
  readonly globex: Addressed;
  readonly operator: Addressed;
};

async function startNeighbours({ gateways, redis }: Place): Promise<Neighbours> {
  await using starting = new AsyncDisposableStack();
  const upstream = starting.use(await startScriptedUpstream());
  let answers = 0;
  upstream.answersAll(() => {
    answers += 1;
    return say(`Answer ${answers}`, { usage: { input: 100, output: 10 } });
  });
  const server = redis ? starting.use(await startRedis()) : null;
  const environment = {
    API_KEYS_FILE: keys.path,
    ...(server && { REDIS_URL: server.url, REDIS_TIMEOUT_MS: '1000' }),
    REDIS_STATISTICS_FLUSH_MS: '100',
  };
  const start = async (): Promise<Gateway> =>
    starting.use(await startGatewayBefore(upstream, environment));
  const one = await start();
  const other = gateways === 2 ? await start() : one;
  const running = starting.move();
  return {
    upstream,
    acme: withKey(one, ACME),
    globex: withKey(other, GLOBEX),
    operator: withKey(one, OPERATOR),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

type Place = { readonly name: string; readonly gateways: 1 | 2; readonly redis: boolean };

const places: readonly Place[] = [
  { name: 'in memory', gateways: 1, redis: false },
  { name: 'on Redis', gateways: 1, redis: true },
  { name: 'on Redis, at two processes', gateways: 2, redis: true },
];

const prompt = 'What do day-old chicks eat?';

describe.each(places)('two tenants $name', (place) => {
  it('never share a stored answer', async () => {
    await using neighbours = await startNeighbours(place);
    const { acme, globex } = neighbours;
    await askForAnswer(acme, { prompt });
    const theirs = await askForAnswer(globex, { prompt });
    expect(theirs).toMatchObject({ cached: false, text: 'Answer 2' });
    expect(theirs.decision.cache).toMatchObject({ outcome: 'MISS', entryId: null });
    expect((await askForAnswer(acme, { prompt })).text).toBe('Answer 1');
    expect((await askForAnswer(globex, { prompt })).text).toBe('Answer 2');
    expect(neighbours.upstream.calls).toHaveLength(2);
  });

  it('make a call each with equal prompts at the same moment', async () => {
    await using neighbours = await startNeighbours(place);
    const { acme, globex, upstream } = neighbours;
    const released = Promise.withResolvers<void>();
    let calls = 0;
    upstream.answersAll(() => {
      calls += 1;
      return [role(), until(released.promise), delta(`Answer ${calls}`), finish(), done];
    });
    await using listeners = new AsyncDisposableStack();
    const listening = [acme, acme, globex, globex].map((tenant) =>
      listeners.use(listenToStream(tenant, { prompt })),
    );
    const begun = await Promise.all(listening.map((listener) => listener.next()));
    released.resolve();
    const rests = await Promise.all(listening.map((listener) => listener.rest()));
    const texts = begun.map((event, index) => textOf([event, ...(rests[index] ?? [])]));
    const [ofAcme, , ofGlobex] = texts;
    expect(texts).toEqual([ofAcme, ofAcme, ofGlobex, ofGlobex]);
    expect(ofAcme).not.toBe(ofGlobex);
    expect(upstream.calls).toHaveLength(2);
  });

  it('never share an idempotency key', async () => {
    await using neighbours = await startNeighbours(place);
    const { acme, globex } = neighbours;
    const first = await askForAnswer(acme, { prompt, idempotencyKey: 'one' });
    const other = await askForAnswer(globex, { prompt: 'Another?', idempotencyKey: 'one' });
    expect(other.id).not.toBe(first.id);
    expect((await askForAnswer(acme, { prompt, idempotencyKey: 'one' })).id).toBe(first.id);
  });

  it('cannot find, follow or cancel what the other one asked', async () => {
    await using neighbours = await startNeighbours(place);
    const { acme, globex, upstream } = neighbours;
    const answer = heldAnswer();
    upstream.answersAll(() => answer.script);
    const started = await startGeneration(acme, { prompt });
    if (started.__typename !== 'Generation') throw new Error(started.message);
    const { id } = started;
    expect(await findGeneration(globex, id)).toBeNull();
    expect(await cancelGeneration(globex, id)).toBeNull();
    await using followed = listenToGeneration(globex, id);
    expect(await followed.rest()).toMatchObject([
      { __typename: 'GenerationFailed', failure: { code: 'NOT_FOUND', partialText: '' } },
    ]);
    expect(await findGeneration(acme, id)).toMatchObject({ status: 'RUNNING' });
    answer.release();
    await expect.poll(() => findGeneration(acme, id)).toMatchObject({ status: 'FINISHED' });
    expect(await findGeneration(globex, id)).toBeNull();
  });

  it('cannot find what the other one had from the cache', async () => {
    await using neighbours = await startNeighbours(place);
    const { acme, globex } = neighbours;
    await askForAnswer(acme, { prompt });
    const { id } = await askForAnswer(acme, { prompt });
    expect(await findGeneration(acme, id)).toMatchObject({ cached: true });
    expect(await findGeneration(globex, id)).toBeNull();
  });

  it('cannot attach to a stream of the other by the id of its operation', async () => {
    await using neighbours = await startNeighbours(place);
    const { acme, globex, upstream } = neighbours;
    const answer = heldAnswer();
    upstream.answersAll(() => answer.script);
    const operationId = crypto.randomUUID();
    await using theirs = listenToStream(acme, { prompt }, { operationId });
    await using ours = listenToStream(globex, { prompt: 'Another?' }, { operationId });
    const [their, our] = [await theirs.next(), await ours.next()];
    expect(our.generationId).not.toBe(their.generationId);
    answer.release();
    expect((await ours.rest()).at(-1)).toMatchObject({ __typename: 'GenerationFinished' });
  });

  it('see their own statistics, and an operator those of all', async () => {
    await using neighbours = await startNeighbours(place);
    const { acme, globex, operator } = neighbours;
    await askForAnswer(acme, { prompt });
    await askForAnswer(acme, { prompt });
    await askForAnswer(globex, { prompt });
    const hidden = { entries: null, bytes: null, evictions: null };
    expect(await statsOf(acme)).toMatchObject({ cache: { requests: 2, exactHits: 1, ...hidden } });
    expect(await statsOf(globex)).toMatchObject({ cache: { requests: 1, exactHits: 0 } });
    const calls = async (who: Addressed) =>
      (await statsOf(who)).routing.models.reduce((sum, model) => sum + model.requests, 0);
    expect([await calls(acme), await calls(globex)]).toEqual([1, 1]);
    await expect.poll(async () => (await statsOf(operator)).cache.requests).toBe(3);
    expect(await calls(operator)).toBe(2);
  });

  it('may not look at what concerns all tenants, nor change it', async () => {
    await using neighbours = await startNeighbours(place);
    const operations = [
      '{ rollout { cacheEnabled } }',
      'mutation { setRollout(input: { cacheEnabled: false }) { cacheEnabled } }',
      'mutation { invalidateCache(input: { namespace: "default" }) { removed } }',
      'mutation { warmCache(entries: []) { stored } }',
      'mutation { eraseData(input: { tenant: "globex" }) { entries } }',
    ];
    for (const query of operations) {
      const response = await post(neighbours.acme, { query });
      expect(await response.json()).toMatchObject({
        errors: [{ extensions: { code: 'FORBIDDEN' } }],
      });
    }
    const { cached } = await askForAnswer(neighbours.acme, { prompt });
    expect(cached).toBe(false);
    expect((await askForAnswer(neighbours.acme, { prompt })).cached).toBe(true);
  });
});

describe('a miss', () => {
  it('asks Redis the same, whether or not another tenant has the answer', async () => {
    await using redis = await startRedis();
    await using upstream = await startScriptedUpstream();
    upstream.answersAll(() => say('Starter feed.'));
    await using gateway = await startGatewayBefore(upstream, {
      API_KEYS_FILE: keys.path,
      REDIS_URL: redis.url,
      REDIS_TIMEOUT_MS: '1000',
    });
    await askForAnswer(withKey(gateway, ACME), { prompt: 'Known to acme?' });
    await using client = await openRedis(redis.url);
    const monitor = await client.monitor();
    const commands: string[][] = [];
    monitor.on('monitor', (_at: string, command: string[]) => {
      if (command.some((word) => word.includes(':cache:'))) commands.push(command);
    });
    for (const question of ['Known to acme?', 'Known to nobody?']) {
      const input = { prompt: question, cache: { mode: 'ONLY_IF_CACHED' } };
      const failure = await askForFailure(withKey(gateway, GLOBEX), input);
      expect(failure.code).toBe('NOT_CACHED');
    }
    await expect.poll(() => commands.length).toBeGreaterThanOrEqual(2);
    monitor.disconnect();
    const shapes = commands.map((words) => words.join(' ').replace(/[\w-]{20,}$/, '<digest>'));
    expect(shapes).toEqual(Array(2).fill('get sluice:cache:globex:default:<digest>'));
  });
});

async function statsOf(who: Addressed): Promise<{
  cache: { requests: number; exactHits: number; entries: number | null };
  routing: { models: { requests: number }[] };
}> {
  const query = `{
    cache: cacheStats { requests exactHits entries bytes evictions }
    routing: routingStats { models { requests } }
  }`;
  return (await (await post(who, { query })).json()).data;
}
