import { describe, expect, it } from 'vitest';
import { type CacheOutcome, plainDecision } from '../../../src/cache/decision.ts';
import { entryIdOf } from '../../../src/cache/place.ts';
import type { WrongHit } from '../../../src/cache/port.ts';
import type { GenerationSnapshot } from '../../../src/generation/generation.ts';
import { memoryRatings } from '../../../src/generation/memory-ratings.ts';
import { createRating, RatingUnavailable } from '../../../src/generation/rate-generation.ts';
import type { Ratings } from '../../../src/generation/ratings.ts';
import type { Rating } from '../../../src/telemetry/statistics.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { caller, fakeGenerations, fakeRouter } from '../../support/fake-services.ts';
import { recordLogs } from '../../support/recorded-logs.ts';
import { sampleAssignment } from '../../support/sample-arm.ts';
import { samplePlace } from '../../support/sample-entry.ts';
import { sampleDecision, sampleGeneration } from '../../support/sample-generation.ts';

const treatment = sampleAssignment();
const entryId = entryIdOf(samplePlace({ namespace: 'docs' }));

/** Of acme, from the cache, except for what `changes` says. */
function hit(changes: Partial<GenerationSnapshot> = {}): GenerationSnapshot {
  const cache = { ...plainDecision('SEMANTIC'), entryId, pair: 'pair-1' };
  return sampleGeneration({
    cached: true,
    decision: { ...sampleDecision, routing: null, cache },
    ...changes,
  });
}

/** What a model answered to somebody who is in an arm, himself or by joining another. */
function inTreatment(outcome: CacheOutcome): GenerationSnapshot {
  const routing = sampleDecision.routing && { ...sampleDecision.routing, assignments: [treatment] };
  const cache = plainDecision(outcome);
  return sampleGeneration({ decision: { ...sampleDecision, routing, cache } });
}

/** Rating of one generation, which acme alone knows. */
function openRating(
  generation: GenerationSnapshot,
  changes: { ratings?: Ratings; evicts?: () => Promise<number> } = {},
) {
  const clock = fakeClock();
  const { logger, logs } = recordLogs();
  const counted: Rating[] = [];
  const reported: WrongHit[] = [];
  const { evicts = async () => 1, ratings = memoryRatings() } = changes;
  const rate = createRating({
    generations: fakeGenerations({
      find: async (id, { tenant }) =>
        id === generation.id && tenant === 'acme' ? generation : null,
    }),
    ratings,
    cache: {
      async reportWrongHit(wrongHit) {
        reported.push(wrongHit);
        return evicts();
      },
    },
    router: fakeRouter(),
    onRated() {},
    statistics: { rate: (rating) => void counted.push(rating) },
    clock,
    logger,
  });
  return {
    ...{ clock, logs, counted, reported },
    rate: (verdict: Rating['verdict'], by = caller) =>
      rate({ generationId: generation.id, verdict }, by),
  };
}

describe('a verdict on an answer', () => {
  it('counts for the model that wrote it, with the time and the tenant', async () => {
    const generation = sampleGeneration();
    const { rate, counted, reported, clock } = openRating(generation);
    expect(await rate('GOOD')).toEqual({
      kind: 'rated',
      generation,
      evictedEntryId: null,
      counted: true,
    });
    const [at, tenant] = [clock.now(), 'acme'];
    expect(counted).toEqual([
      { at, tenant, verdict: 'GOOD', model: 'large-model', assignments: [] },
    ]);
    expect(reported).toEqual([]);
  });

  it('counts for the configured model, whatever its provider calls it', async () => {
    const { rate, counted } = openRating(sampleGeneration({ model: 'large-model-2026-10-24' }));
    await rate('BAD');
    expect(counted).toMatchObject([{ model: 'large-model' }]);
  });

  it.each([
    ['small-model', 'small-model'],
    ['large-model-2026-10-24', null],
    [null, null],
  ])('on a stored answer of %s counts for %s', async (model, counts) => {
    const { rate, counted } = openRating(hit({ model }));
    await rate('GOOD');
    expect(counted).toMatchObject([{ model: counts }]);
  });

  it.each([
    ['MISS', [treatment]],
    ['BYPASSED', [treatment]],
    ['JOINED', []],
  ] as const)('counts for the arms of a request whose outcome was %s: %j', async (outcome, arms) => {
    const { rate, counted } = openRating(inTreatment(outcome));
    await rate('BAD');
    expect(counted).toMatchObject([{ model: 'large-model', assignments: arms }]);
  });

  it('counts for no arm when it is on a stored answer', async () => {
    const { rate, counted } = openRating(hit());
    await rate('GOOD');
    expect(counted).toMatchObject([{ assignments: [] }]);
  });

  it('counts once: the first one stands, whoever gives another', async () => {
    const { rate, counted, reported } = openRating(hit());
    await rate('GOOD');
    for (const verdict of ['GOOD', 'BAD', 'WRONG_CACHE_HIT'] as const) {
      const again = await rate(verdict, { ...caller, user: 'ann' });
      expect(again).toMatchObject({ kind: 'rated', evictedEntryId: null, counted: false });
    }
    expect(counted).toHaveLength(1);
    expect(reported).toEqual([]);
  });

  it('is of no use to who is of another tenant', async () => {
    const { rate, counted, reported } = openRating(hit());
    const stranger = { ...caller, tenant: 'globex', operator: true };
    expect(await rate('WRONG_CACHE_HIT', stranger)).toEqual({ kind: 'unknown' });
    expect([...counted, ...reported]).toEqual([]);
    expect(await rate('WRONG_CACHE_HIT')).toMatchObject({ counted: true });
  });

  it('waits until the generation has ended', async () => {
    const { rate, counted } = openRating(sampleGeneration({ status: 'RUNNING' }));
    expect(await rate('GOOD')).toEqual({
      kind: 'refused',
      field: 'generationId',
      message: 'is of a generation that is still running: rate it when it has ended',
    });
    expect(counted).toEqual([]);
  });

  it('may be on what was cancelled before it was whole', async () => {
    const { rate, counted } = openRating(sampleGeneration({ status: 'CANCELLED' }));
    await rate('BAD');
    expect(counted).toHaveLength(1);
  });
});

describe('a wrong hit', () => {
  it.each([
    'EXACT',
    'SEMANTIC',
  ] as const)('evicts the entry of one that was %s', async (outcome) => {
    const generation = hit();
    const { decision } = generation;
    const cache = { ...decision.cache, outcome };
    const { rate, reported, counted } = openRating({
      ...generation,
      decision: { ...decision, cache },
    });
    expect(await rate('WRONG_CACHE_HIT')).toMatchObject({ evictedEntryId: entryId, counted: true });
    const wrongHit = { tenant: 'acme', namespace: 'docs', entryId, pair: 'pair-1' };
    expect(reported).toEqual([wrongHit]);
    expect(counted).toMatchObject([{ verdict: 'WRONG_CACHE_HIT' }]);
  });

  it('counts too when the entry was gone before', async () => {
    const { rate, reported } = openRating(hit(), { evicts: async () => 0 });
    expect(await rate('WRONG_CACHE_HIT')).toMatchObject({ evictedEntryId: null, counted: true });
    expect(reported).toHaveLength(1);
  });

  it('does not evict what took the place of the entry, when it is reported again', async () => {
    const { rate, reported } = openRating(hit());
    await rate('WRONG_CACHE_HIT');
    expect(await rate('WRONG_CACHE_HIT')).toMatchObject({ evictedEntryId: null, counted: false });
    expect(reported).toHaveLength(1);
  });

  it.each([
    'MISS',
    'JOINED',
    'BYPASSED',
  ] as const)('is none where the outcome was %s', async (outcome) => {
    const decision = { ...sampleDecision, cache: plainDecision(outcome) };
    const { rate, counted, reported } = openRating(sampleGeneration({ decision }));
    expect(await rate('WRONG_CACHE_HIT')).toEqual({
      kind: 'refused',
      field: 'verdict',
      message: `must not be WRONG_CACHE_HIT: the answer is no cache hit, its outcome is ${outcome}`,
    });
    expect([...counted, ...reported]).toEqual([]);
    expect(await rate('BAD')).toMatchObject({ counted: true });
  });

  it('may be reported again when it was not acted on, and counts once then', async () => {
    let fails = true;
    const evicts = async () => {
      if (fails) throw new Error('Redis is away.');
      return 1;
    };
    const { rate, counted, logs } = openRating(hit(), { evicts });
    await expect(rate('WRONG_CACHE_HIT')).rejects.toThrow(RatingUnavailable);
    expect(counted).toEqual([]);
    expect(logs).toMatchObject([{ level: 'warn', verdict: 'WRONG_CACHE_HIT' }]);
    // Meanwhile the verdict stands.
    expect(await rate('GOOD')).toMatchObject({ counted: false });
    fails = false;
    expect(await rate('WRONG_CACHE_HIT')).toMatchObject({ evictedEntryId: entryId, counted: true });
    expect(counted).toHaveLength(1);
  });
});

it('a verdict that cannot be taken down is refused, and nothing is done', async () => {
  const claim = () => Promise.reject(new Error('Redis is away.'));
  const { rate, counted, reported } = openRating(hit(), { ratings: { ...memoryRatings(), claim } });
  await expect(rate('WRONG_CACHE_HIT')).rejects.toThrow(RatingUnavailable);
  expect([...counted, ...reported]).toEqual([]);
});
