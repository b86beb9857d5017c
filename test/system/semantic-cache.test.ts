import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askForAnswer, askForFailure, stream } from '../support/ask.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { type KeysFile, writeKeysFile } from '../support/keys-file.ts';
import { ACME, GLOBEX, NEIGHBOURS_KEYS, OPERATOR } from '../support/neighbours-keys.ts';
import { runOperation } from '../support/run-operation.ts';
import { withKey } from '../support/transports.ts';
import { say } from '../support/upstream-script.ts';
import { modelsLoaded, withRealModels } from '../support/with-real-models.ts';

const stored = 'How much does a Ross 308 broiler weigh at 21 days?';
const inOtherWords = 'What is the weight of a Ross 308 broiler at 21 days?';

let gateway: Gateway;
let answers = 0;
beforeAll(async () => {
  gateway = await startGateway(withRealModels);
  await modelsLoaded(gateway);
  gateway.upstream.answersAll(() => {
    answers += 1;
    return say(`Answer ${answers}`, { usage: { input: 100, output: 10 } });
  });
});
afterAll(() => gateway[Symbol.asyncDispose]());

/** A test has a namespace of its own. */
let namespaces = 0;
function ownNamespace() {
  namespaces += 1;
  return { cache: { namespace: `test-${namespaces}` } };
}

describe('a prompt that asks the same in other words', () => {
  it('has the stored answer, and is told why', async () => {
    const within = ownNamespace();
    const first = await askForAnswer(gateway, { prompt: stored, ...within });
    const like = await askForAnswer(gateway, { prompt: inOtherWords, ...within });

    expect(like).toMatchObject({
      cached: true,
      text: first.text,
      usage: { costUsd: 0, savedTokens: 110 },
      decision: { cache: { outcome: 'SEMANTIC', matchedPrompt: stored, refusal: null } },
    });
    const { similarity, confidence, ageSeconds, entryId } = like.decision.cache;
    expect(similarity).toBeGreaterThan(0.8);
    expect(confidence).toBeGreaterThan(0.9);
    expect(ageSeconds).toBeGreaterThanOrEqual(0);
    expect(entryId).toMatch(/^test-/);
  });

  it('has it also as a stream', async () => {
    const within = ownNamespace();
    await askForAnswer(gateway, { prompt: stored, ...within });

    const [started] = await stream(gateway, { prompt: inOtherWords, ...within });

    expect(started).toMatchObject({ __typename: 'GenerationStarted', cached: true });
  });

  it('has it without a model call where none is allowed', async () => {
    const { cache } = ownNamespace();
    await askForAnswer(gateway, { prompt: stored, cache });

    const onlyIfCached = { cache: { ...cache, mode: 'ONLY_IF_CACHED' } };

    const like = await askForAnswer(gateway, { prompt: inOtherWords, ...onlyIfCached });
    const other = await askForFailure(gateway, { prompt: 'Why do hens moult?', ...onlyIfCached });
    expect(like.cached).toBe(true);
    expect(other.code).toBe('NOT_CACHED');
  });

  it.each<[string, object]>([
    ['when the request wants equal prompts alone', { semantic: false }],
    ['when no error rate so low is certified', { maxErrorRate: 0.000_1 }],
    ['when the stored answer is too old', { maxAgeSeconds: 0 }],
  ])('has none %s', async (_when, wish) => {
    const { cache } = ownNamespace();
    await askForAnswer(gateway, { prompt: stored, cache });

    const asked = await askForAnswer(gateway, {
      prompt: inOtherWords,
      cache: { ...cache, ...wish },
    });

    expect(asked.cached).toBe(false);
  });
});

describe('a prompt that is alike and asks something else', () => {
  it.each([
    ['NUMBER', 'How much does a Ross 308 broiler weigh at 28 days?'],
    ['IDENTIFIER', 'How much does a Cobb 500 broiler weigh at 21 days?'],
    ['NEGATION', 'How much does a Ross 308 broiler not weigh at 21 days?'],
    ['UNIT', 'How much does a Ross 308 broiler weigh at 21 weeks?'],
  ])('is refused the stored answer: %s', async (kind, prompt) => {
    const within = ownNamespace();
    await askForAnswer(gateway, { prompt: stored, ...within });

    const asked = await askForAnswer(gateway, { prompt, ...within });

    expect(asked.cached).toBe(false);
    const { cache } = asked.decision;
    expect(cache).toMatchObject({ outcome: 'MISS', matchedPrompt: stored, ageSeconds: null });
    expect(cache.similarity).toBeGreaterThan(0.5);
    expect([kind, 'ENTITY', 'NUMBER']).toContain(cache.refusal?.kind);
    expect(cache.refusal?.detail).not.toBeNull();
  });
});

describe('answers to like prompts', () => {
  it.each<[string, object, object]>([
    ['system prompts', { system: 'Answer for farmers.' }, { system: 'Answer for vets.' }],
    [
      'histories',
      { history: [{ role: 'USER', content: 'Hello' }] },
      { history: [{ role: 'USER', content: 'Good day' }] },
    ],
    ['models', { model: 'large-model' }, { model: 'small-model' }],
    ['namespaces', { cache: { namespace: 'here' } }, { cache: { namespace: 'there' } }],
  ])('are not shared between different %s', async (_what, one, other) => {
    await askForAnswer(gateway, { prompt: stored, ...one });

    const inOther = await askForAnswer(gateway, { prompt: inOtherWords, ...other });
    const inSame = await askForAnswer(gateway, { prompt: inOtherWords, ...one });

    expect(inOther).toMatchObject({ cached: false, decision: { cache: { similarity: null } } });
    expect(inSame.cached).toBe(true);
  });

  it('are not shared between tenants, and the matched prompt is shown to operators alone', async () => {
    await using keys: KeysFile = await writeKeysFile(NEIGHBOURS_KEYS);
    await using shared = await startGateway({ ...withRealModels, API_KEYS_FILE: keys.path });
    shared.upstream.answersAll(() => say('Nine hundred grams.'));
    const [acme, globex, operator] = [ACME, GLOBEX, OPERATOR].map((key) => withKey(shared, key));
    if (!acme || !globex || !operator) throw new Error('There are three.');
    await modelsLoaded(operator);
    await askForAnswer(acme, { prompt: stored });

    const neighbour = await askForAnswer(globex, { prompt: inOtherWords });
    const own = await askForAnswer(acme, { prompt: inOtherWords });
    await askForAnswer(operator, { prompt: stored });
    const operators = await askForAnswer(operator, { prompt: inOtherWords });

    expect(neighbour).toMatchObject({ cached: false, decision: { cache: { similarity: null } } });
    expect(own).toMatchObject({ cached: true, decision: { cache: { matchedPrompt: null } } });
    expect(operators.decision.cache.matchedPrompt).toBe(stored);
  });
});

describe('a wrong hit that is reported', () => {
  it('is evicted, and neither of the two prompts is answered for the other again', async () => {
    const within = ownNamespace();
    await askForAnswer(gateway, { prompt: stored, ...within });
    const hit = await askForAnswer(gateway, { prompt: inOtherWords, ...within });

    const rated = await rate(gateway, hit.id);
    const afresh = await askForAnswer(gateway, { prompt: inOtherWords, ...within });
    const back = await askForAnswer(gateway, { prompt: stored, ...within });

    expect(rated).toMatchObject({ evictedEntryId: hit.decision.cache.entryId });
    expect(afresh.cached).toBe(false);
    expect(back).toMatchObject({
      cached: false,
      decision: { cache: { refusal: { kind: 'REPORTED_DIFFERENT' } } },
    });
  });
});

describe('the statistics of the cache', () => {
  it('tell of semantic hits, of refusals and of the evidence behind the threshold', async () => {
    const STATS = `{ cacheStats { semanticHits semanticEnabled indexedEntries refusals { kind requests }
      evidence { maxErrorRate threshold hits wrongHits upperBound confidenceLevel mix } } }`;

    const { data } = await runOperation(gateway, STATS);
    const { cacheStats } = data as { cacheStats: Stats };

    expect(cacheStats.semanticEnabled).toBe(true);
    expect(cacheStats.semanticHits).toBeGreaterThan(0);
    expect(cacheStats.indexedEntries).toBeGreaterThan(0);
    expect(cacheStats.refusals.map(({ kind }) => kind)).toContain('NUMBER');
    const { maxErrorRate, upperBound, threshold } = cacheStats.evidence;
    expect(maxErrorRate).toBe(0.01);
    expect(upperBound).toBeLessThanOrEqual(0.01);
    expect(threshold).toBeGreaterThan(0.5);
  });
});

type Stats = {
  readonly semanticEnabled: boolean;
  readonly semanticHits: number;
  readonly indexedEntries: number;
  readonly refusals: readonly { readonly kind: string; readonly requests: number }[];
  readonly evidence: {
    readonly maxErrorRate: number;
    readonly threshold: number;
    readonly upperBound: number;
  };
};

async function rate(at: Gateway, generationId: string) {
  const RATE = `mutation ($id: ID!) {
    rateGeneration(input: { generationId: $id, verdict: WRONG_CACHE_HIT }) { evictedEntryId }
  }`;
  const { data } = await runOperation(at, RATE, { id: generationId });
  return data?.['rateGeneration'];
}
