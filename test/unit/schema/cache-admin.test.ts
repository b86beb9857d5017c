import { graphql } from 'graphql';
import { describe, expect, it, vi } from 'vitest';
import { type Invalidate, InvalidateUnavailable } from '../../../src/cache/invalidate.ts';
import type { WarmCache } from '../../../src/generation/warm-cache.ts';
import type { Services } from '../../../src/schema/context.ts';
import { createSchema } from '../../../src/schema/index.ts';
import { maskError } from '../../../src/schema/map-errors.ts';
import { caller, fakeContext, operator } from '../../support/fake-services.ts';
import { sampleRequest } from '../../support/sample-request.ts';

const schema = createSchema();
const entry = { prompt: 'What do day-old chicks eat?', answer: 'Starter crumbs.' };

function run(
  source: string,
  variableValues: Record<string, unknown>,
  services: Partial<Services>,
  principal = operator,
) {
  const contextValue = fakeContext({ principal, services });
  return graphql({ schema, source, contextValue, variableValues });
}

function runWarm(entries: readonly object[], warm: WarmCache, principal = operator) {
  const source = `mutation ($entries: [WarmCacheEntry!]!) {
    warmCache(entries: $entries) { stored skipped }
  }`;
  return run(source, { entries }, { warm }, principal);
}

describe('warmCache', () => {
  it('stores each answer for the request that generate makes of its prompt', async () => {
    const warm = vi.fn<WarmCache>(async () => ({ kind: 'done', stored: 1, skipped: 1 }));
    const full = {
      ...entry,
      ...{ system: 'Be brief.', namespace: 'docs', model: 'small-model', ttlSeconds: 60 },
    };
    expect(await runWarm([entry, full], warm)).toEqual({
      data: { warmCache: { stored: 1, skipped: 1 } },
    });
    const { cache } = sampleRequest();
    const request = sampleRequest({
      ...{ system: 'Be brief.', model: 'small-model' },
      cache: { ...cache, namespace: 'docs', ttlSeconds: 60 },
    });
    const { answer } = entry;
    const [answers, by] = warm.mock.calls[0] ?? [];
    expect(answers).toEqual([
      { request: sampleRequest(), answer },
      { request, answer },
    ]);
    expect(by).toBe(operator);
  });

  it('stores in the first namespace of a key that has only some', async () => {
    const warm = vi.fn<WarmCache>(async () => ({ kind: 'done', stored: 1, skipped: 0 }));
    const bound = { ...operator, rights: { ...operator.rights, namespaces: ['faq'] as const } };
    await runWarm([entry], warm, bound);
    expect(warm.mock.calls[0]?.[0]).toMatchObject([{ request: { cache: { namespace: 'faq' } } }]);
    const { errors } = await runWarm([{ ...entry, namespace: 'docs' }], warm, bound);
    expect(errors).toMatchObject([{ extensions: { field: 'entries[0].namespace' } }]);
  });

  it('lists what is wrong with any of them, and stores none', async () => {
    const warm = vi.fn<WarmCache>();
    const { errors } = await runWarm(
      [
        entry,
        { ...entry, prompt: ' ', ttlSeconds: 0 },
        { ...entry, answer: '\n', model: '', namespace: 'no space' },
      ],
      warm,
    );
    const problems = errors?.[0]?.extensions['problems'] as { field: string }[];
    expect(problems.map(({ field }) => field)).toEqual([
      'entries[1].prompt',
      'entries[1].ttlSeconds',
      'entries[2].namespace',
      'entries[2].model',
      'entries[2].answer',
    ]);
    expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
    expect(warm).not.toHaveBeenCalled();
  });

  it('takes a thousand at once, and no more', async () => {
    const warm = vi.fn<WarmCache>(async ({ length: stored }) => ({
      kind: 'done',
      stored,
      skipped: 0,
    }));
    const { data } = await runWarm(Array(1_000).fill(entry), warm);
    expect(data).toEqual({ warmCache: { stored: 1_000, skipped: 0 } });
    const { errors } = await runWarm(Array(1_001).fill(entry), warm);
    expect(errors).toMatchObject([
      { message: 'The input is not valid: entries must be at most 1000.' },
    ]);
  });

  it('says what the gateway refused of them', async () => {
    const { errors } = await runWarm([entry], async () => ({
      kind: 'refused',
      problems: [{ index: 0, field: 'model', message: 'is refused: It is not served' }],
    }));
    expect(errors).toMatchObject([
      {
        message: 'The input is not valid: entries[0].model is refused: It is not served.',
        extensions: { code: 'BAD_USER_INPUT', field: 'entries[0].model' },
      },
    ]);
  });

  it('is for operators', async () => {
    const warm = vi.fn<WarmCache>();
    const { errors } = await runWarm([entry], warm, caller);
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect(warm).not.toHaveBeenCalled();
  });
});

function runInvalidate(input: object, invalidate: Invalidate, principal = operator) {
  const source = `mutation ($input: InvalidateCacheInput!) {
    invalidateCache(input: $input) { removed }
  }`;
  return run(source, { input }, { invalidate }, principal);
}

describe('invalidateCache', () => {
  it.each([
    [{ namespace: 'docs' }, { namespace: 'docs' }],
    [{ namespace: 'docs', entryId: null }, { namespace: 'docs' }],
    [{ entryId: 'docs:key' }, { entryId: 'docs:key' }],
  ])('drops what %j names, of the tenant of the key', async (input, what) => {
    const invalidate = vi.fn<Invalidate>(async () => 2 ** 40);
    expect(await runInvalidate(input, invalidate)).toEqual({
      data: { invalidateCache: { removed: 2 ** 40 } },
    });
    expect(invalidate.mock.calls).toEqual([['ops', what]]);
  });

  it.each([
    [{}],
    [{ namespace: null }],
    [{ namespace: 'docs', entryId: 'docs:key' }],
  ])('drops nothing by %j', async (input) => {
    const invalidate = vi.fn<Invalidate>();
    const { errors } = await runInvalidate(input, invalidate);
    expect(errors).toMatchObject([
      { message: 'The input is not valid: input must name either a namespace or an entry.' },
    ]);
    expect(invalidate).not.toHaveBeenCalled();
  });

  it('is for operators', async () => {
    const invalidate = vi.fn<Invalidate>();
    const { errors } = await runInvalidate({ namespace: 'docs' }, invalidate, caller);
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect(invalidate).not.toHaveBeenCalled();
  });

  it('says that it may be sent again when something may be left', async () => {
    const { errors } = await runInvalidate({ namespace: 'docs' }, async () => {
      throw new InvalidateUnavailable(new Error('connect ECONNREFUSED 10.0.0.1:6379'));
    });
    const { error, unforeseen } = maskError(errors?.[0]);
    expect(error).toMatchObject({ extensions: { code: 'UNAVAILABLE', retryable: true } });
    expect(error.message).not.toContain('10.0.0.1');
    expect(unforeseen).toBeNull();
  });
});
