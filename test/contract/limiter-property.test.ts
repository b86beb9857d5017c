import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GatewayError } from '../../src/domain/errors.ts';
import type { Budget } from '../../src/tenancy/principal.ts';
import { createLimiterModel } from '../support/limiter-model.ts';
import {
  type OpenAt,
  type OpenLimiters,
  openMemoryLimiters,
  openRedisLimitersAt,
  PLACES_LOST_AFTER_MS,
} from '../support/open-limiters.ts';
import { sampleAccount } from '../support/sample-limits.ts';
import { useRedis } from '../support/use-redis.ts';

const DAY_MS = 24 * 3_600_000;

const aFigure = fc.option(fc.integer({ min: 1, max: 6 }), { freq: 5 });
const someUsd = fc.integer({ min: 0, max: 9 }).map((milliUsd) => milliUsd / 1_000);
const aCost = fc.option(someUsd, { freq: 9 });
const aBudget = fc.option(
  fc.record<Budget>({
    usd: fc.integer({ min: 1, max: 30 }).map((milliUsd) => milliUsd / 1_000),
    window: fc.constantFrom('HOUR', 'DAY', 'MONTH', 'TOTAL'),
  }),
  { freq: 5 },
);
const aSpan = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 70_000 }) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 4_000_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 40 * DAY_MS }) },
);
const someTokens = fc.integer({ min: 0, max: 60 });
/** Few, so that some come again. */
const anId = fc.integer({ min: 1, max: 12 }).map((number) => `generation-${number}`);
const there = fc.boolean();

const aStep = fc.oneof(
  fc.record({ does: fc.constant('wait' as const), ms: aSpan }),
  fc.record({ does: fc.constant('admit' as const), there, figure: aFigure }),
  fc.record({ does: fc.constant('enter' as const), there, figure: aFigure, id: anId }),
  fc.record({ does: fc.constant('leave' as const), there, id: anId }),
  fc.record({
    does: fc.constant('reserve' as const),
    ...{ there, id: anId, tokens: someTokens, costUsd: aCost, budget: aBudget },
    figure: fc.option(fc.integer({ min: 1, max: 100 })),
  }),
  fc.record({
    does: fc.constant('settle' as const),
    ...{ there, id: anId, tokens: someTokens, costUsd: aCost },
  }),
);
type Step = typeof aStep extends fc.Arbitrary<infer Value> ? Value : never;

/** Where something of the calendar is about to end. */
const aStart = fc.constantFrom(
  ...['2026-11-24T12:00:00.000Z', '2026-12-31T23:59:30.000Z', '2028-02-28T23:59:59.999Z'],
  ...['2027-02-28T22:30:00.000Z', '2100-02-28T23:59:00.000Z'],
);

type Place = { readonly open: OpenAt; readonly placesLostAfterMs: number };

async function playAll(place: Place, startsAt: string, steps: readonly Step[]) {
  await using limiters = await place.open(Date.parse(startsAt));
  const model = createLimiterModel(place.placesLostAfterMs);
  for (const step of steps) await play(limiters, model, step);
}

async function play(limiters: OpenLimiters, model: Model, step: Step) {
  if (step.does === 'wait') return limiters.advance(step.ms);
  const limiter = step.there ? limiters.there : limiters.here;
  const now = limiters.now();
  switch (step.does) {
    case 'admit': {
      const account = sampleAccount({ requestsPerMinute: step.figure });
      return expectSame(await limiter.admit(account), model.admit(account, now));
    }
    case 'enter': {
      const account = sampleAccount({ maxConcurrent: step.figure });
      return expectSame(await limiter.enter(account, step.id), model.enter(account, step.id, now));
    }
    case 'reserve': {
      const account = sampleAccount({ tokensPerMinute: step.figure, budget: step.budget });
      const answer = await limiter.reserve(account, step.id, step);
      return expectSame(answer, model.reserve(account, step.id, step, now));
    }
    case 'leave':
      // It counts where it was entered.
      for (const each of [limiters.here, limiters.there]) each.leave('acme', step.id);
      model.leave(step.id);
      return limiters.counted();
    case 'settle':
      limiter.settle('acme', step.id, step);
      model.settle(step.id, step, now);
      return limiters.counted();
  }
}

type Model = ReturnType<typeof createLimiterModel>;

function expectSame(answer: GatewayError | null, expected: ReturnType<Model['admit']>) {
  if (expected === null) expect(answer).toBeNull();
  else expect(answer).toMatchObject(expected);
}

const someSteps = fc.array(aStep, { minLength: 1, maxLength: 60, size: 'max' });

describe('a limiter answers as one that remembers everything', () => {
  it('in memory', async () => {
    const place = { open: openMemoryLimiters, placesLostAfterMs: Number.POSITIVE_INFINITY };
    const play = fc.asyncProperty(aStart, someSteps, (...story) => playAll(place, ...story));
    await fc.assert(play, { numRuns: 500 });
  });

  const redis = useRedis();

  it('in Redis', async () => {
    const open: OpenAt = (startsAt) => openRedisLimitersAt(redis.server.url, startsAt);
    const place = { open, placesLostAfterMs: PLACES_LOST_AFTER_MS };
    const play = fc.asyncProperty(aStart, someSteps, (...story) => playAll(place, ...story));
    await fc.assert(play, { numRuns: 60 });
  });
});
