import { describe, expect, it } from 'vitest';
import { createCache } from '../../../src/cache/create-cache.ts';
import type { CachedAnswer } from '../../../src/cache/entry.ts';
import { memoryCacheStore } from '../../../src/cache/memory-store.ts';
import { NO_CHANGES } from '../../../src/cache/no-changes.ts';
import type { Cache, KeyedQuestion } from '../../../src/cache/port.ts';
import { memoryVetoes } from '../../../src/cache/semantic/memory-vetoes.ts';
import { systemClock } from '../../../src/domain/clock.ts';
import { planGeneration } from '../../../src/generation/plan.ts';
import { createWarming } from '../../../src/generation/warm-cache.ts';
import { caller, operator } from '../../support/fake-services.ts';
import { recordLogs } from '../../support/recorded-logs.ts';
import { sampleRequest } from '../../support/sample-request.ts';
import { sampleRouter } from '../../support/sample-router.ts';

const patient = new AbortController().signal;
const request = sampleRequest();
const answer = 'Starter crumbs.';

function open(changes: { cache?: Partial<Cache>; enabled?: boolean } = {}) {
  const kept: { question: KeyedQuestion; answer: CachedAnswer }[] = [];
  const { enabled = true } = changes;
  const cache = createCache({
    store: memoryCacheStore({ maxBytes: 1_000_000, clock: systemClock }),
    storeHealth: null,
    semantic: null,
    vetoes: memoryVetoes(),
    changes: NO_CHANGES,
    enabled: () => enabled,
    ttlSeconds: 60,
    clock: systemClock,
    logger: recordLogs().logger,
  });
  const deps = {
    cache: {
      ...cache,
      async keep(question: KeyedQuestion, ready: CachedAnswer) {
        kept.push({ question, answer: ready });
        return cache.keep(question, ready);
      },
      ...changes.cache,
    },
    router: sampleRouter({}, 'other'),
    newId: () => 'id',
    countTokens: (text: string) => text.length,
    maxInputTokens: 100,
    maxAnswerBytes: 100,
  };
  return { kept, deps, warm: createWarming(deps) };
}

describe('ready answers', () => {
  it('serve the same request as if a model had given them', async () => {
    const { warm, deps } = open();
    expect(await warm([{ request, answer }], operator, patient)).toEqual({
      kind: 'done',
      stored: 1,
      skipped: 0,
    });
    const { tenant } = operator;
    expect(await planGeneration(deps, request, { ...caller, tenant })).toMatchObject({
      from: 'cache',
      cache: { outcome: 'EXACT' },
      entry: { text: answer, model: null },
    });
    expect(await planGeneration(deps, request, caller)).toMatchObject({ from: 'model' });
  });

  it('are counted as the gateway counts tokens, and say that they were estimated', async () => {
    const { warm, kept } = open();
    await warm([{ request, answer }], operator, patient);
    const inputTokens = request.prompt.length + 4 + 3;
    const usage = { inputTokens, outputTokens: answer.length, source: 'ESTIMATED' };
    expect(kept[0]?.answer).toEqual({ text: answer, reasoning: null, model: null, usage });
  });

  it('stand for the model that is named, and serve who pins it', async () => {
    const { warm, deps } = open();
    const pinned = { ...request, model: 'other' };
    await warm([{ request: pinned, answer }], operator, patient);
    const { tenant } = operator;
    const found = await planGeneration(deps, pinned, { ...caller, tenant });
    expect(found).toMatchObject({ from: 'cache', entry: { model: 'other' } });
    const unpinned = await planGeneration(deps, request, { ...caller, tenant });
    expect(unpinned).toMatchObject({ from: 'model' });
  });

  it('may be stored again', async () => {
    const { warm, deps } = open();
    await warm([{ request, answer }], operator, patient);
    const again = await warm([{ request, answer: 'Better crumbs.' }], operator, patient);
    expect(again).toMatchObject({ stored: 1, skipped: 0 });
    const found = await planGeneration(deps, request, operator);
    expect(found).toMatchObject({ entry: { text: 'Better crumbs.' } });
  });

  it('are skipped while the cache is off', async () => {
    const { warm } = open({ enabled: false });
    const result = await warm([{ request, answer }], operator, patient);
    expect(result).toEqual({ kind: 'done', stored: 0, skipped: 1 });
  });

  it('are stored in any number, a few at a time', async () => {
    let [underWay, most] = [0, 0];
    const prompts: string[] = [];
    const keep: Cache['keep'] = async (question) => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise(setImmediate);
      underWay -= 1;
      prompts.push(question.request.prompt);
      return prompts.length % 2 === 0;
    };
    const { warm } = open({ cache: { keep } });
    const all = Array.from({ length: 101 }, (_, index) => `Question ${index}?`);
    const answers = all.map((prompt) => ({ request: { ...request, prompt }, answer }));
    const result = await warm(answers, operator, patient);
    expect(result).toEqual({ kind: 'done', stored: 50, skipped: 51 });
    expect(new Set(prompts)).toEqual(new Set(all));
    expect(most).toBeLessThan(20);
    expect(most).toBeGreaterThan(1);
  });

  it('stop when the caller leaves', async () => {
    const leaving = new AbortController();
    const { warm, kept } = open();
    leaving.abort();
    await warm([{ request, answer }], operator, leaving.signal);
    expect(kept).toEqual([]);
  });

  it('are refused together, with all that is wrong with each', async () => {
    const { warm, kept } = open();
    const answers = [
      { request, answer },
      { request: { ...request, model: 'nobody' }, answer },
      { request: { ...request, prompt: 'long '.repeat(50) }, answer },
      { request, answer: 'x'.repeat(51) },
    ];
    expect(await warm(answers, operator, patient)).toEqual({
      kind: 'refused',
      problems: [
        {
          index: 1,
          field: 'model',
          message: expect.stringMatching(/^is refused: .* Served are: large, small, other$/),
        },
        { index: 2, field: 'prompt', message: expect.stringContaining('at most 100 are allowed') },
        {
          index: 3,
          field: 'answer',
          message: 'must be at most 100 bytes (MAX_ANSWER_BYTES), at two a character',
        },
      ],
    });
    expect(kept).toEqual([]);
  });

  it('are kept where the plan of the request would keep an answer', async () => {
    const { warm, kept, deps } = open();
    const odd = { ...request, system: '', cache: { ...request.cache, namespace: 'docs' } };
    await warm([{ request: odd, answer }], operator, patient);
    const { question } = await planGeneration({ ...deps, cache: open().deps.cache }, odd, operator);
    expect(kept[0]?.question).toEqual(question);
  });
});
