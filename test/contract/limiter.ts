import { describe, expect, it } from 'vitest';
import type { Account, Limiter } from '../../src/tenancy/limiter.ts';
import {
  allowedAtOnce,
  estimate,
  expectAllowedAfter,
  MINUTE_MS,
  NOON,
  newId,
  SECOND_MS,
} from '../support/limited-calls.ts';
import { limitedTenants, type OpenAt } from '../support/open-limiters.ts';
import { sampleAccount } from '../support/sample-limits.ts';
import { describeSpending } from './limiter-spending.ts';

/** What every adapter of the Limiter port does. `open` gives limiters that have counted nothing yet. */
export function describeLimiter(name: string, open: OpenAt): void {
  describe(`requests a minute ${name}`, () => {
    it('are allowed up to the figure, and told about beyond it', async () => {
      await using limiters = await open(NOON);
      const account = sampleAccount({ requestsPerMinute: 2 });
      expect(await limiters.here.admit(account)).toBeNull();
      expect(await limiters.there.admit(account)).toBeNull();
      expect(await limiters.here.admit(account)).toMatchObject({
        code: 'RATE_LIMITED',
        message: 'The limit of 2 requests a minute is reached.',
        retryable: true,
        retryAfterMs: 90 * SECOND_MS,
      });
    });

    it('are allowed one by one as those of the minute before slide out', async () => {
      await using limiters = await open(NOON);
      const admit = () => limiters.here.admit(sampleAccount({ requestsPerMinute: 60 }));
      for (let time = 0; time < 60; time += 1) await admit();
      await expectAllowedAfter(limiters, 61 * SECOND_MS, admit);
      await expectAllowedAfter(limiters, SECOND_MS, admit);
      // What was not used meanwhile may be now, at once.
      await limiters.advance(29 * SECOND_MS);
      expect(await allowedAtOnce(limiters, admit)).toBe(29);
    });

    it('are forgotten after two minutes', async () => {
      await using limiters = await open(NOON);
      const admit = () => limiters.here.admit(sampleAccount({ requestsPerMinute: 20 }));
      expect(await allowedAtOnce(limiters, admit)).toBe(20);
      await limiters.advance(2 * MINUTE_MS);
      expect(await allowedAtOnce(limiters, admit)).toBe(20);
    });

    it('are not forgotten when a clock is set back a little', async () => {
      await using limiters = await open(NOON);
      const admit = () => limiters.here.admit(sampleAccount({ requestsPerMinute: 10 }));
      expect(await allowedAtOnce(limiters, admit)).toBe(10);
      await limiters.advance(-30 * SECOND_MS);
      expect(await admit()).not.toBeNull();
      await limiters.advance(30 * SECOND_MS);
      expect(await admit()).not.toBeNull();
    });

    it('do not pass the figure together', async () => {
      await using limiters = await open(NOON);
      const account = sampleAccount({ requestsPerMinute: 10 });
      expect(await allowedAtOnce(limiters, (limiter) => limiter.admit(account))).toBe(10);
    });

    it('of all keys of a tenant count together, each held against its own figure', async () => {
      await using limiters = await open(NOON);
      const [some, more, any] = [1, 3, null].map((requestsPerMinute) =>
        sampleAccount({ requestsPerMinute }),
      ) as [Account, Account, Account];
      expect(await limiters.here.admit(any)).toBeNull();
      expect(await limiters.there.admit(some)).not.toBeNull();
      expect(await limiters.there.admit(more)).toBeNull();
      expect(await limiters.here.admit(more)).toBeNull();
      expect(await limiters.here.admit(more)).not.toBeNull();
      expect(await limiters.here.admit(any)).toBeNull();
    });

    it('of one tenant are nothing to another', async () => {
      await using limiters = await open(NOON);
      for (const tenant of limitedTenants) {
        const account = sampleAccount({ requestsPerMinute: 10 }, tenant);
        expect(await allowedAtOnce(limiters, (limiter) => limiter.admit(account))).toBe(10);
      }
    });
  });

  describe(`tokens a minute ${name}`, () => {
    it('are counted before the call, and told about when they are used up', async () => {
      await using limiters = await open(NOON);
      const account = sampleAccount({ tokensPerMinute: 1_000 });
      const reserve = () => limiters.there.reserve(account, newId(), estimate(600));
      expect(await limiters.here.reserve(account, newId(), estimate(600))).toBeNull();
      expect(await reserve()).toMatchObject({
        code: 'RATE_LIMITED',
        message:
          'The limit of 1000 tokens a minute leaves no room for the 600 that this request may take.',
        retryable: true,
      });
      // Two thirds of the first 600 are 400.
      await expectAllowedAfter(limiters, 80 * SECOND_MS, reserve);
    });

    it('do not pass the figure together', async () => {
      await using limiters = await open(NOON);
      const account = sampleAccount({ tokensPerMinute: 1_050 });
      const reserve = (limiter: Limiter) => limiter.reserve(account, newId(), estimate(100));
      expect(await allowedAtOnce(limiters, reserve)).toBe(10);
    });

    it('that no minute has are refused for good', async () => {
      await using limiters = await open(NOON);
      const account = sampleAccount({ tokensPerMinute: 1_000 });
      expect(await limiters.here.reserve(account, newId(), estimate(1_001))).toMatchObject({
        code: 'RATE_LIMITED',
        message: expect.stringMatching(
          /^This request may take 1001 tokens, more than .* 1000 a minute/,
        ),
        retryable: false,
        retryAfterMs: null,
      });
      expect(await limiters.here.reserve(account, newId(), estimate(1_000))).toBeNull();
    });

    it('are those that were taken, once that is known', async () => {
      await using limiters = await open(NOON);
      const account = sampleAccount({ tokensPerMinute: 1_000 });
      const [less, more] = [newId(), newId()];
      await limiters.here.reserve(account, less, estimate(500));
      await limiters.here.reserve(account, more, estimate(500));
      limiters.here.settle('acme', less, { tokens: 100, costUsd: 0 });
      limiters.here.settle('acme', more, { tokens: 600, costUsd: 0 });
      await limiters.counted();
      expect(await limiters.there.reserve(account, newId(), estimate(301))).not.toBeNull();
      expect(await limiters.there.reserve(account, newId(), estimate(300))).toBeNull();
    });

    it('are put right in the minute in which they were counted', async () => {
      await using limiters = await open(NOON);
      const account = sampleAccount({ tokensPerMinute: 1_000 });
      const [soon, late] = [newId(), newId()];
      await limiters.here.reserve(account, soon, estimate(500));
      await limiters.here.reserve(account, late, estimate(500));
      await limiters.advance(90 * SECOND_MS);
      limiters.here.settle('acme', soon, { tokens: 100, costUsd: 0 });
      await limiters.counted();
      // Half of 600 is left of the minute before.
      expect(await limiters.there.reserve(account, newId(), estimate(701))).not.toBeNull();
      expect(await limiters.there.reserve(account, newId(), estimate(700))).toBeNull();
      await limiters.advance(MINUTE_MS);
      limiters.here.settle('acme', late, { tokens: 0, costUsd: 0 });
      await limiters.counted();
      expect(await limiters.there.reserve(account, newId(), estimate(651))).not.toBeNull();
      expect(await limiters.there.reserve(account, newId(), estimate(650))).toBeNull();
    });
  });

  describe(`generations under way ${name}`, () => {
    it('are as many as the figure says, until one leaves', async () => {
      await using limiters = await open(NOON);
      const account = sampleAccount({ maxConcurrent: 1 });
      const id = newId();
      expect(await limiters.here.enter(account, id)).toBeNull();
      expect(await limiters.there.enter(account, newId())).toMatchObject({
        code: 'RATE_LIMITED',
        message: 'The limit of 1 generations at a time is reached.',
        ...{ retryable: true, retryAfterMs: SECOND_MS },
      });
      limiters.here.leave('acme', newId());
      await limiters.counted();
      expect(await limiters.there.enter(account, newId())).not.toBeNull();
      limiters.here.leave('acme', id);
      await limiters.counted();
      expect(await limiters.there.enter(account, newId())).toBeNull();
    });

    it('do not pass the figure together', async () => {
      await using limiters = await open(NOON);
      const account = sampleAccount({ maxConcurrent: 10 });
      expect(await allowedAtOnce(limiters, (limiter) => limiter.enter(account, newId()))).toBe(10);
    });

    it('count once each, however often they enter', async () => {
      await using limiters = await open(NOON);
      const account = sampleAccount({ maxConcurrent: 2 });
      const id = newId();
      expect(await limiters.here.enter(account, id)).toBeNull();
      expect(await limiters.here.enter(account, id)).toBeNull();
      expect(await limiters.here.enter(account, newId())).toBeNull();
      expect(await limiters.here.enter(account, id)).toBeNull();
      expect(await limiters.here.enter(account, newId())).not.toBeNull();
    });

    it('of a key without a figure count for the others', async () => {
      await using limiters = await open(NOON);
      expect(await limiters.here.enter(sampleAccount(), newId())).toBeNull();
      expect(
        await limiters.here.enter(sampleAccount({ maxConcurrent: 1 }), newId()),
      ).not.toBeNull();
      expect(
        await limiters.here.enter(sampleAccount({ maxConcurrent: 1 }, 'other'), newId()),
      ).toBeNull();
    });
  });

  describeSpending(name, open);
}
