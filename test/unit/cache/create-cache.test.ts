import { describe, expect, it } from 'vitest';
import { createCache } from '../../../src/cache/create-cache.ts';
import { withExactKey } from '../../../src/cache/exact-key.ts';
import { memoryCacheStore } from '../../../src/cache/memory-store.ts';
import { NO_CHANGES } from '../../../src/cache/no-changes.ts';
import type { KeyedQuestion } from '../../../src/cache/port.ts';
import { memoryVetoes } from '../../../src/cache/semantic/memory-vetoes.ts';
import type { CacheStore } from '../../../src/cache/store.ts';
import type { CacheControl, GenerationRequest } from '../../../src/domain/request.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { recordLogs } from '../../support/recorded-logs.ts';
import { sampleQuestion } from '../../support/sample-entry.ts';
import { sampleRequest } from '../../support/sample-request.ts';

const answer = {
  text: 'Starter crumbs.',
  reasoning: 'Chicks are small.',
  model: 'large-model',
  usage: { inputTokens: 9, outputTokens: 4, source: 'PROVIDER' },
} as const;

function asking(
  cache: Partial<CacheControl> = {},
  changes: Partial<GenerationRequest> = {},
): KeyedQuestion {
  const request = sampleRequest(changes);
  return withExactKey(
    sampleQuestion({ request: { ...request, cache: { ...request.cache, ...cache } } }),
  );
}

/** A cache over memory in which `broken` methods reject, with its clock and its log. */
function openCache(
  options: { enabled?: () => boolean; broken?: readonly (keyof CacheStore)[] } = {},
) {
  const clock = fakeClock();
  const { logger, logs } = recordLogs();
  const reject = () => Promise.reject(new Error('the store is broken'));
  const store: CacheStore = {
    ...memoryCacheStore({ maxBytes: 1_000_000, clock }),
    ...Object.fromEntries((options.broken ?? []).map((method) => [method, reject])),
  };
  const cache = createCache({
    store,
    storeHealth: null,
    semantic: null,
    vetoes: memoryVetoes(),
    changes: NO_CHANGES,
    enabled: options.enabled ?? (() => true),
    ttlSeconds: 3_600,
    clock,
    logger,
  });
  return { cache, clock, logs };
}

describe('a look-up in the cache', () => {
  it('misses when no answer was kept', async () => {
    const { cache } = openCache();
    const found = await cache.lookUp(asking());
    expect(found).toMatchObject({ hit: false, decision: { outcome: 'MISS', refusal: null } });
  });

  it('finds the answer to an equal prompt, and says which and how old it is', async () => {
    const { cache, clock } = openCache();
    await cache.keep(asking({}, { prompt: 'What do CHICKS eat?' }), answer);
    clock.advance(1_500);
    const found = await cache.lookUp(asking({}, { prompt: '  what do chicks  eat' }));
    expect(found).toMatchObject({ hit: true, entry: { ...answer, namespace: 'default' } });
    expect(found.decision).toEqual({
      outcome: 'EXACT',
      similarity: null,
      confidence: null,
      refusal: null,
      matchedPrompt: 'What do CHICKS eat?',
      ageSeconds: 1.5,
      entryId: expect.stringMatching(/^default:[\w-]{43}$/),
      pair: null,
    });
  });

  it('finds nothing of another tenant, namespace or model', async () => {
    const { cache } = openCache();
    await cache.keep(asking(), answer);
    const others = [
      withExactKey({ ...asking(), tenant: 'other' }),
      asking({ namespace: 'other' }),
      withExactKey({ ...asking(), policy: { kind: 'pinned', model: 'large-model' } }),
    ];
    for (const other of others) {
      expect(await cache.lookUp(other)).toMatchObject({ hit: false });
    }
  });

  it('refuses an answer that is older than allowed', async () => {
    const { cache, clock } = openCache();
    await cache.keep(asking(), answer);
    clock.advance(120_000);
    expect(await cache.lookUp(asking({ maxAgeSeconds: 120 }))).toMatchObject({ hit: true });
    const refused = await cache.lookUp(asking({ maxAgeSeconds: 60 }));
    expect(refused).toMatchObject({ hit: false, decision: { outcome: 'MISS', ageSeconds: 120 } });
    expect(refused.decision.refusal).toEqual({
      kind: 'FRESHNESS',
      detail: 'The stored answer is 120 s old; at most 60 s are allowed.',
    });
  });

  it('calls no age negative when the clock was set back', async () => {
    const { cache, clock } = openCache();
    await cache.keep(asking(), answer);
    clock.set(clock.now() - 60_000);
    expect((await cache.lookUp(asking())).decision.ageSeconds).toBe(0);
  });

  it.each(['BYPASS', 'REFRESH'] as const)('does not take place with %s', async (mode) => {
    const { cache } = openCache({ broken: ['get'] });
    await cache.keep(asking(), answer);
    const found = await cache.lookUp(asking({ mode }));
    expect(found).toMatchObject({ hit: false, decision: { outcome: 'BYPASSED' } });
  });

  it('does not take place when the cache is off', async () => {
    const { cache } = openCache({ enabled: () => false, broken: ['get'] });
    const found = await cache.lookUp(asking());
    expect(found).toMatchObject({ hit: false, decision: { outcome: 'DISABLED' } });
    expect(cache.enabled).toBe(false);
  });

  it('is UNAVAILABLE when the store fails, which is logged now and then', async () => {
    const { cache, clock, logs } = openCache({ broken: ['get'] });
    const secret = asking({}, { prompt: 'a secret prompt' });
    for (let time = 0; time < 3; time += 1) {
      const found = await cache.lookUp(secret);
      expect(found).toMatchObject({ hit: false, decision: { outcome: 'UNAVAILABLE' } });
    }
    expect(logs).toHaveLength(1);
    expect(logs[0]).toMatchObject({ level: 'warn', error: new Error('the store is broken') });
    clock.advance(60_000);
    await cache.lookUp(secret);
    expect(logs).toHaveLength(2);
    expect(JSON.stringify(logs)).not.toContain('secret');
  });
});

describe('an answer', () => {
  it.each([
    ['DEFAULT', true],
    ['REFRESH', true],
    ['BYPASS', false],
    ['ONLY_IF_CACHED', false],
  ] as const)('to a request with %s is kept: %s', async (mode, isKept) => {
    const { cache } = openCache();
    await cache.keep(asking({ mode }), answer);
    expect((await cache.lookUp(asking())).hit).toBe(isKept);
  });

  it('is not kept when the cache is off', async () => {
    const { cache } = openCache({ enabled: () => false });
    await cache.keep(asking(), answer);
    expect(await cache.status()).toMatchObject({ entries: 0 });
  });

  it('goes by the switch as it stands: off and on again, with what was kept before', async () => {
    let enabled = true;
    const { cache } = openCache({ enabled: () => enabled });
    await cache.keep(asking(), answer);
    enabled = false;
    expect(cache.enabled).toBe(false);
    expect((await cache.lookUp(asking())).decision.outcome).toBe('DISABLED');
    await cache.keep(asking(), { ...answer, text: 'Mash.' });
    enabled = true;
    expect(cache.enabled).toBe(true);
    expect(await cache.lookUp(asking())).toMatchObject({ hit: true, entry: { text: answer.text } });
  });

  it('lives for the configured time', async () => {
    const { cache, clock } = openCache();
    await cache.keep(asking(), answer);
    clock.advance(3_599_999);
    expect((await cache.lookUp(asking())).hit).toBe(true);
    clock.advance(1);
    expect((await cache.lookUp(asking())).hit).toBe(false);
  });

  it('lives as long as its request says', async () => {
    const { cache, clock } = openCache();
    await cache.keep(asking({ ttlSeconds: 10 }), answer);
    clock.advance(9_999);
    expect((await cache.lookUp(asking())).hit).toBe(true);
    clock.advance(1);
    expect((await cache.lookUp(asking())).hit).toBe(false);
  });

  it('takes the place and the id of an earlier one to the same question', async () => {
    const { cache } = openCache();
    await cache.keep(asking(), answer);
    const before = await cache.lookUp(asking());
    await cache.keep(asking({ mode: 'REFRESH' }), { ...answer, text: 'Mash.' });
    const after = await cache.lookUp(asking());
    expect(after).toMatchObject({ hit: true, entry: { text: 'Mash.' } });
    expect(after.decision.entryId).toBe(before.decision.entryId);
  });

  it('that cannot be kept fails nobody, and is logged without a word of it', async () => {
    const { cache, logs } = openCache({ broken: ['put'] });
    await cache.keep(asking({}, { prompt: 'a secret prompt' }), { ...answer, text: 'a secret' });
    expect(logs).toMatchObject([{ level: 'warn', error: new Error('the store is broken') }]);
    expect(JSON.stringify(logs)).not.toContain('secret');
  });
});

describe("the cache's status", () => {
  it('tells what the store holds', async () => {
    const { cache } = openCache();
    await cache.keep(asking(), answer);
    expect(await cache.status()).toEqual({
      store: 'MEMORY',
      storeHealthy: true,
      entries: 1,
      bytes: expect.any(Number),
      evictions: 0,
      dependencies: [],
      semantic: null,
    });
  });

  it('knows nothing of a store that does not answer', async () => {
    const { cache } = openCache({ broken: ['describe'] });
    expect(await cache.status()).toEqual({
      store: 'MEMORY',
      storeHealthy: false,
      entries: null,
      bytes: null,
      evictions: null,
      dependencies: [],
      semantic: null,
    });
  });
});
