import { describe, expect, it, vi } from 'vitest';
import type { CacheChange } from '../../../src/cache/changes.ts';
import { createCache } from '../../../src/cache/create-cache.ts';
import { withExactKey } from '../../../src/cache/exact-key.ts';
import { memoryCacheStore } from '../../../src/cache/memory-store.ts';
import { NO_CHANGES } from '../../../src/cache/no-changes.ts';
import type { KeyedQuestion } from '../../../src/cache/port.ts';
import { memoryVetoes } from '../../../src/cache/semantic/memory-vetoes.ts';
import type { SemanticFinding } from '../../../src/cache/semantic/semantic-cache.ts';
import type { SemanticPart } from '../../../src/cache/semantic-look-up.ts';
import { placeOf } from '../../../src/cache/stored-match.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { mapIndex } from '../../support/map-index.ts';
import { recordLogs } from '../../support/recorded-logs.ts';
import { sampleQuestion } from '../../support/sample-entry.ts';
import { sampleRequest } from '../../support/sample-request.ts';

const answer = {
  text: 'Starter crumbs.',
  reasoning: null,
  model: 'large-model',
  usage: { inputTokens: 9, outputTokens: 4, source: 'PROVIDER' },
} as const;

function asking(prompt: string, maxAgeSeconds: number | null = null): KeyedQuestion {
  const request = sampleRequest({ prompt });
  const cache = { ...request.cache, maxAgeSeconds };
  return withExactKey(sampleQuestion({ request: { ...request, cache } }));
}

const first = asking('What do chicks eat?');
const second = asking('What should chicks eat?');
const like = asking('What is eaten by chicks?');

/** A cache over memory for which `found` is what is like a prompt. */
function openCache(
  found: readonly KeyedQuestion[],
  overrides: Partial<SemanticPart['cache']> = {},
) {
  const clock = fakeClock();
  const index = mapIndex();
  const matches = found.map((question) => ({
    neighbour: { place: placeOf(question), prompt: question.request.prompt, similarity: 0.9 },
    pair: 'a digest',
    confidence: 0.95,
    evidence: null,
    refusal: null,
  }));
  const finding: SemanticFinding = { matches, closest: matches[0] ?? null, refusal: null };
  const semantic: SemanticPart = {
    cache: {
      find: async () => finding,
      traceOf: async () => null,
      indexedOf: () => null,
      vectors: { encoder: 'none', of: async () => new Float32Array() },
      forget() {},
      evidence: () => null,
      health: () => [],
      ...overrides,
    },
    index,
    enabled: () => true,
    status: () => ({ enabled: true, evidence: null, indexedEntries: 0, indexBytes: 0 }),
  };
  const vetoes = memoryVetoes();
  const changes = { ...NO_CHANGES, announce: vi.fn(async (_change: CacheChange) => {}) };
  const { logger } = recordLogs();
  const store = memoryCacheStore({ maxBytes: 1_000_000, clock });
  const options = {
    store,
    storeHealth: null,
    vetoes,
    changes,
    enabled: () => true,
    ttlSeconds: 60,
  };
  const open = (part: SemanticPart | null) =>
    createCache({ ...options, semantic: part, clock, logger });
  return { cache: open(semantic), withoutModels: open(null), clock, index, changes, vetoes };
}

describe('a look-up of a prompt that others are like', () => {
  it('is answered by the one that is trusted most, and says by which', async () => {
    const { cache } = openCache([first, second]);
    await cache.keep(first, answer);
    const found = await cache.lookUp(like);
    expect(found).toMatchObject({ hit: true, entry: { text: 'Starter crumbs.' } });
    expect(found.decision).toMatchObject({
      outcome: 'SEMANTIC',
      similarity: 0.9,
      confidence: 0.95,
      matchedPrompt: 'What do chicks eat?',
      pair: 'a digest',
    });
  });

  it('goes on to the next when an answer is gone, and forgets the one that is', async () => {
    const { cache, index } = openCache([first, second]);
    const remove = vi.spyOn(index, 'remove');
    await cache.keep(second, answer);
    const found = await cache.lookUp(like);
    expect(found).toMatchObject({ hit: true, decision: { matchedPrompt: second.request.prompt } });
    expect(remove).toHaveBeenCalledWith(placeOf(first));
  });

  it('is refused an answer that is older than allowed', async () => {
    const { cache, clock } = openCache([first]);
    await cache.keep(first, answer);
    clock.advance(30_000);
    const found = await cache.lookUp(asking('What is eaten by chicks?', 10));
    expect(found).toMatchObject({ hit: false, decision: { refusal: { kind: 'FRESHNESS' } } });
  });
});

describe('an answer that is kept', () => {
  const throwing = () => {
    throw new Error('a fault of ours');
  };

  it.each<[string, Partial<SemanticPart['cache']>]>([
    ['traced', { traceOf: async () => throwing() }],
    ['indexed', { indexedOf: throwing }],
  ])('serves equal prompts when it cannot be %s', async (_what, changes) => {
    const { cache } = openCache([], changes);
    await expect(cache.keep(first, answer)).resolves.toBe(true);
    expect(await cache.lookUp(first)).toMatchObject({ hit: true });
  });
});

describe('a wrong hit that is reported', () => {
  it('is remembered also by a process without models', async () => {
    const { withoutModels, vetoes } = openCache([]);
    const veto = { tenant: 'acme', namespace: 'default', pair: 'a digest' };
    await withoutModels.reportWrongHit({ ...veto, entryId: 'default:key' });
    expect(vetoes.has(veto)).toBe(true);
  });
});

describe('an erase', () => {
  it('fails when other processes may not hear of it', async () => {
    const { cache, changes } = openCache([]);
    changes.announce.mockRejectedValue(new Error('Redis is full'));
    await expect(cache.erase({ tenant: 'acme', namespace: null })).rejects.toThrow('full');
    await expect(cache.clear({ tenant: 'acme', namespace: null })).resolves.toBe(0);
  });

  it('is told to others also by a process without models: they may have its prompts', async () => {
    const { withoutModels, changes } = openCache([]);
    const scope = { tenant: 'acme', namespace: null };
    await withoutModels.erase(scope);
    expect(changes.announce.mock.calls).toEqual([[{ type: 'erased', ...scope }]]);
  });
});
