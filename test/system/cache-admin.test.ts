import { afterAll, beforeAll, describe, it } from 'vitest';
import { askForAnswer } from '../support/ask.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { startGateways } from '../support/gateways.ts';
import { type KeysFile, writeKeysFile } from '../support/keys-file.ts';
import { startRedis } from '../support/redis-server.ts';
import { runOperation } from '../support/run-operation.ts';
import { type Addressed, withKey } from '../support/transports.ts';
import { say } from '../support/upstream-script.ts';

const ACME = 'key-of-acme-0123456789';
const ACMES_OPERATOR = 'key-of-acmes-operator-0123456789';
const GLOBEX = 'key-of-globex-0123456789';

let keys: KeysFile;
beforeAll(async () => {
  keys = await writeKeysFile({
    keys: [
      { tenant: 'acme', key: ACME },
      { tenant: 'acme', key: ACMES_OPERATOR, operator: true },
      { tenant: 'globex', key: GLOBEX },
    ],
  });
});
afterAll(() => keys[Symbol.asyncDispose]());

type Administered = AsyncDisposable & {
  /** Where acme's operator is, and where its callers are. */
  readonly operator: Addressed;
  readonly acme: Addressed;
  readonly globex: Addressed;
};

function placed(one: Gateway, other: Gateway, opened: AsyncDisposable): Administered {
  one.upstream.answersAll(() => say('From the model.'));
  return {
    operator: withKey(one, ACMES_OPERATOR),
    acme: withKey(other, ACME),
    globex: withKey(other, GLOBEX),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}

async function startAlone(): Promise<Administered> {
  const gateway = await startGateway({ API_KEYS_FILE: keys.path });
  return placed(gateway, gateway, gateway);
}

async function startTwo(): Promise<Administered> {
  const gateways = await startGateways({ API_KEYS_FILE: keys.path }, () => startRedis());
  return placed(gateways.one, gateways.other, gateways);
}

const places = [
  { name: 'of one process', start: startAlone },
  { name: 'of two processes around one Redis', start: startTwo },
];

const prompt = 'What do day-old chicks eat?';
const entry = { prompt, answer: 'Crumbs.' };

describe.concurrent.each(places)('the cache $name', ({ start }) => {
  it('serves a ready answer to who asks for nothing but that, and to no other tenant', async ({
    expect,
  }) => {
    await using administered = await start();
    const { operator, acme, globex } = administered;
    expect(await warm(operator, [entry])).toEqual({ stored: 1, skipped: 0 });
    const hit = await askForAnswer(acme, { prompt });
    expect(hit).toMatchObject({ cached: true, text: 'Crumbs.', model: null });
    expect(hit.decision.cache.outcome).toBe('EXACT');
    expect(hit.usage).toMatchObject({ costUsd: 0, source: 'ESTIMATED' });
    expect(hit.usage.savedTokens).toBeGreaterThan(0);
    expect((await askForAnswer(globex, { prompt })).cached).toBe(false);
    expect((await askForAnswer(acme, { prompt, system: 'Be brief.' })).cached).toBe(false);
  });

  it('keeps a ready answer to its system prompt, its namespace and its model', async ({
    expect,
  }) => {
    await using administered = await start();
    const { operator, acme } = administered;
    const system = 'You are a vet.';
    const model = 'small-model';
    const entries = [
      { ...entry, system, answer: 'A' },
      { ...entry, namespace: 'docs', answer: 'B' },
      { ...entry, model, answer: 'C' },
      { ...entry, answer: 'D' },
    ];
    expect(await warm(operator, entries)).toEqual({ stored: 4, skipped: 0 });
    const inputs = [{ system }, { cache: { namespace: 'docs' } }, { model }, {}];
    const hits = inputs.map((input) => askForAnswer(acme, { prompt, ...input }));
    const answers = (await Promise.all(hits)).map((hit) => [hit.text, hit.model]);
    expect(answers).toEqual([
      ['A', null],
      ['B', null],
      ['C', model],
      ['D', null],
    ]);
  });

  it('stores none when one cannot be, and tells which', async ({ expect }) => {
    await using administered = await start();
    const { operator, acme } = administered;
    const { data, errors } = await runOperation(operator, WARM, {
      entries: [entry, { ...entry, model: 'nobody' }],
    });
    expect(data).toEqual({ warmCache: null });
    expect(errors?.[0]?.message).toMatch(/entries\[1\]\.model is refused: .* is not served here/);
    expect((await askForAnswer(acme, { prompt })).cached).toBe(false);
  });

  it('skips what is to be stored while it is off', async ({ expect }) => {
    await using administered = await start();
    const { operator } = administered;
    await runOperation(
      operator,
      'mutation { setRollout(input: { cacheEnabled: false }) { cacheEnabled } }',
    );
    expect(await warm(operator, [entry, entry])).toEqual({ stored: 0, skipped: 2 });
  });

  it('drops one entry, or a namespace, and nothing else', async ({ expect }) => {
    await using administered = await start();
    const { operator, acme, globex } = administered;
    const docs = { prompt, cache: { namespace: 'docs' } };
    const other = { prompt: 'What do hens eat?', cache: { namespace: 'docs' } };
    for (const who of [acme, globex]) {
      for (const input of [{ prompt }, docs, other]) await askForAnswer(who, input);
    }
    const idOf = async (who: Addressed, input: object) =>
      (await askForAnswer(who, input)).decision.cache.entryId;
    const cached = async (who: Addressed) => {
      const inputs = [{ prompt }, docs, other].map((input) => ({
        ...input,
        cache: { ...('cache' in input && input.cache), mode: 'ONLY_IF_CACHED' },
      }));
      const found = inputs.map(async (input) => {
        const { data } = await runOperation(who, ASK, { input });
        return (data as { generate: { __typename: string } } | undefined)?.generate.__typename;
      });
      return (await Promise.all(found)).map((name) => name === 'Generation');
    };

    const entryId = await idOf(acme, docs);
    expect(await invalidate(operator, { entryId })).toEqual({ removed: 1 });
    expect(await cached(acme)).toEqual([true, false, true]);
    expect(await invalidate(operator, { entryId })).toEqual({ removed: 0 });
    expect(await invalidate(operator, { entryId: 'no id at all' })).toEqual({ removed: 0 });
    await askForAnswer(acme, docs);
    expect(await invalidate(operator, { namespace: 'docs' })).toEqual({ removed: 2 });
    expect(await cached(acme)).toEqual([true, false, false]);
    expect(await invalidate(operator, { namespace: 'nowhere' })).toEqual({ removed: 0 });
    expect(await cached(globex)).toEqual([true, true, true]);
  });
});

describe.concurrent('while Redis is away', () => {
  it('nothing is stored, and what was to be dropped may be left', async ({ expect }) => {
    await using gateways = await startGateways({ API_KEYS_FILE: keys.path }, () => startRedis());
    const operator = withKey(gateways.one, ACMES_OPERATOR);
    await gateways.redis.kill();
    expect(await warm(operator, [entry])).toEqual({ stored: 0, skipped: 1 });
    for (const input of [{ namespace: 'default' }, { entryId: `default:${'k'.repeat(43)}` }]) {
      const { errors } = await runOperation(operator, INVALIDATE, { input });
      expect(errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE', retryable: true } }]);
    }
  });
});

const ASK = 'query Ask($input: GenerateInput!) { generate(input: $input) { __typename } }';
const WARM = `mutation Warm($entries: [WarmCacheEntry!]!) {
  warmCache(entries: $entries) { stored skipped }
}`;
const INVALIDATE = `mutation Invalidate($input: InvalidateCacheInput!) {
  invalidateCache(input: $input) { removed }
}`;

async function warm(operator: Addressed, entries: readonly object[]) {
  const { data, errors } = await runOperation(operator, WARM, { entries });
  if (errors !== undefined) throw new Error(errors[0]?.message);
  return data?.['warmCache'];
}

async function invalidate(operator: Addressed, input: object) {
  const { data, errors } = await runOperation(operator, INVALIDATE, { input });
  if (errors !== undefined) throw new Error(errors[0]?.message);
  return data?.['invalidateCache'];
}
