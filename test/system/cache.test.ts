import { describe, expect, it } from 'vitest';
import { ask, askForAnswer, askForFailure, stream, textOf } from '../support/ask.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { say } from '../support/upstream-script.ts';

const prompt = 'What do day-old chicks eat?';

/** A gateway whose model gives every question another answer. */
async function startNumberedGateway(environment = {}): Promise<Gateway> {
  const gateway = await startGateway(environment);
  let answers = 0;
  gateway.upstream.answersAll(() => {
    answers += 1;
    return say(`Answer ${answers}`, { usage: { input: 100, output: 10 } });
  });
  return gateway;
}

describe('a repeated question', () => {
  it('is answered from the cache as a stream of the same shape', async () => {
    await using gateway = await startNumberedGateway();
    const first = await stream(gateway, { prompt });
    const again = await stream(gateway, { prompt });
    const shape = (events: typeof first) => events.map(({ __typename }) => __typename);
    expect(shape(again)).toEqual(shape(first));
    expect(textOf(again)).toBe(textOf(first));
    expect(again[0]).toMatchObject({ cached: true, model: 'scripted-model', seq: 0 });
    expect(again[0]?.generationId).not.toBe(first[0]?.generationId);
  });

  it('costs nothing and says what it saved', async () => {
    await using gateway = await startNumberedGateway();
    const first = await askForAnswer(gateway, { prompt });
    const again = await askForAnswer(gateway, { prompt });
    expect(again).toMatchObject({
      cached: true,
      text: 'Answer 1',
      usage: { inputTokens: 0, outputTokens: 0, costUsd: 0, savedTokens: 110 },
      decision: { cache: { outcome: 'EXACT', matchedPrompt: prompt }, routing: null },
    });
    expect(again.usage.savedUsd).toBe(first.usage.costUsd);
    expect(again.decision.cache.entryId).not.toBeNull();
  });

  it.each([
    ['in another case and spacing', '  what do  DAY-OLD chicks eat'],
    ['with other end punctuation', 'What do day-old chicks eat?!!'.replace('?!!', '??')],
  ])('is the same %s', async (_name, again) => {
    await using gateway = await startNumberedGateway();
    await askForAnswer(gateway, { prompt });
    expect((await askForAnswer(gateway, { prompt: again })).cached).toBe(true);
  });

  it.each<[string, object]>([
    ['another number', { prompt: 'What do 2-day-old chicks eat?' }],
    ['another system text', { system: 'Be brief.' }],
    ['a history', { history: [{ role: 'USER', content: 'Hello' }] }],
    ['another namespace', { cache: { namespace: 'other' } }],
    ['a pinned model', { model: 'large-model' }],
    ['a tier', { routing: { tier: 'SMALL' } }],
    ['another temperature', { temperature: 0.5 }],
    ['another bound', { maxTokens: 10 }],
    ['another format', { responseFormat: { kind: 'JSON' } }],
    ['a seed', { seed: 1 }],
    ['a stop', { stop: ['x'] }],
  ])('is another one with %s', async (_name, changes) => {
    await using gateway = await startNumberedGateway();
    await askForAnswer(gateway, { prompt });
    const other = await askForAnswer(gateway, { prompt, ...changes });
    expect(other).toMatchObject({ cached: false, text: 'Answer 2' });
    expect(other.decision.cache.outcome).toBe('MISS');
  });
});

describe('how a request may handle the cache', () => {
  it('REFRESH passes the stored answer by and stores the new one', async () => {
    await using gateway = await startNumberedGateway();
    await askForAnswer(gateway, { prompt });
    const refreshed = await askForAnswer(gateway, { prompt, cache: { mode: 'REFRESH' } });
    expect(refreshed).toMatchObject({ cached: false, text: 'Answer 2' });
    expect(await askForAnswer(gateway, { prompt })).toMatchObject({
      cached: true,
      text: 'Answer 2',
    });
  });

  it('BYPASS neither looks nor stores', async () => {
    await using gateway = await startNumberedGateway();
    const bypassed = await askForAnswer(gateway, { prompt, cache: { mode: 'BYPASS' } });
    expect(bypassed.decision.cache.outcome).toBe('BYPASSED');
    expect((await askForAnswer(gateway, { prompt })).text).toBe('Answer 2');
  });

  it('ONLY_IF_CACHED never calls a model', async () => {
    await using gateway = await startNumberedGateway();
    const only = { prompt, cache: { mode: 'ONLY_IF_CACHED' } };
    expect(await askForFailure(gateway, only)).toMatchObject({
      code: 'NOT_CACHED',
      retryable: false,
      generation: null,
    });
    expect((await stream(gateway, only)).map(({ __typename }) => __typename)).toEqual([
      'GenerationFailed',
    ]);
    await askForAnswer(gateway, { prompt });
    expect(await askForAnswer(gateway, only)).toMatchObject({ cached: true });
    expect(gateway.upstream.calls).toHaveLength(1);
  });

  it('maxAgeSeconds refuses what is older, and says so', async () => {
    await using gateway = await startNumberedGateway();
    await askForAnswer(gateway, { prompt });
    await expect
      .poll(() => ask(gateway, { prompt, cache: { mode: 'ONLY_IF_CACHED', maxAgeSeconds: 0 } }))
      .toMatchObject({ code: 'NOT_CACHED' });
    const tooOld = await askForAnswer(gateway, { prompt, cache: { maxAgeSeconds: 0 } });
    expect(tooOld.decision.cache).toMatchObject({
      outcome: 'MISS',
      refusal: { kind: 'FRESHNESS' },
    });
  });

  it('ttlSeconds lets an answer live that long', async () => {
    await using gateway = await startNumberedGateway();
    await askForAnswer(gateway, { prompt, cache: { ttlSeconds: 1 } });
    expect((await askForAnswer(gateway, { prompt })).cached).toBe(true);
    await expect
      .poll(() => ask(gateway, { prompt, cache: { mode: 'ONLY_IF_CACHED' } }), { timeout: 5_000 })
      .toMatchObject({ code: 'NOT_CACHED' });
  });

  it('is switched off for all by CACHE_ENABLED', async () => {
    await using gateway = await startNumberedGateway({ CACHE_ENABLED: 'false' });
    await askForAnswer(gateway, { prompt });
    const again = await askForAnswer(gateway, { prompt });
    expect(again).toMatchObject({ cached: false, decision: { cache: { outcome: 'DISABLED' } } });
  });
});

describe('an empty answer', () => {
  it('is not kept: it is more likely a hiccup than what all others should get', async () => {
    await using gateway = await startGateway();
    gateway.upstream.answers(say([], { usage: { input: 10, output: 0 } }), say('Starter feed.'));
    expect((await askForAnswer(gateway, { prompt })).text).toBe('');
    expect(await askForAnswer(gateway, { prompt })).toMatchObject({
      cached: false,
      text: 'Starter feed.',
    });
  });
});

describe('a log that is kept for no time', () => {
  it('still lets every stream hear its end', async () => {
    await using gateway = await startNumberedGateway({ GENERATION_KEEP_MS: '0' });
    expect(textOf(await stream(gateway, { prompt }))).toBe('Answer 1');
    expect((await askForAnswer(gateway, { prompt: 'Another' })).text).toBe('Answer 2');
  });
});

describe('a request that is refused before it begins', () => {
  it.each<[string, object, string]>([
    ['a model that is not served', { model: 'gpt-9' }, 'MODEL_UNKNOWN'],
    ['a prompt that is too long', { prompt: 'chick '.repeat(60) }, 'PROMPT_TOO_LONG'],
  ])('%s', async (_name, changes, code) => {
    await using gateway = await startNumberedGateway({ MAX_INPUT_TOKENS: '50' });
    const failure = await askForFailure(gateway, { prompt, ...changes });
    expect(failure).toMatchObject({ code, retryable: false, generation: null, partialText: '' });
    const events = await stream(gateway, { prompt, ...changes });
    expect(events).toMatchObject([{ __typename: 'GenerationFailed', seq: 0, failure: { code } }]);
    expect(gateway.upstream.calls).toHaveLength(0);
    const requests = gateway.logs.filter(({ message }) => message === 'request');
    expect(requests.map(({ failure }) => failure)).toEqual([code, code]);
  });
});
