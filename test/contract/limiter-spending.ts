import { describe, expect, it } from 'vitest';
import type { Limiter } from '../../src/tenancy/limiter.ts';
import type { BudgetWindow } from '../../src/tenancy/principal.ts';
import {
  allowedAtOnce,
  estimate,
  expectAllowedAfter,
  HOUR_MS,
  MINUTE_MS,
  NOON,
  newId,
  SECOND_MS,
} from '../support/limited-calls.ts';
import type { OpenAt } from '../support/open-limiters.ts';
import { budgetOf, sampleAccount } from '../support/sample-limits.ts';

/** The part of the suite of limiters that is about money, and what is set aside. */
export function describeSpending(name: string, open: OpenAt): void {
  describe(`a budget ${name}`, () => {
    it('is not passed by calls at the same moment', async () => {
      await using limiters = await open(NOON);
      const account = sampleAccount(budgetOf(0.01));
      const reserve = (limiter: Limiter) => limiter.reserve(account, newId(), estimate(1, 0.001));
      expect(await allowedAtOnce(limiters, reserve)).toBe(10);
    });

    it.each<[BudgetWindow, string, string]>([
      ['HOUR', '2026-11-24T12:10:00Z', '2026-11-24T13:00:00Z'],
      ['DAY', '2026-11-24T12:10:00Z', '2026-11-25T00:00:00Z'],
      ['MONTH', '2026-11-24T12:10:00Z', '2026-12-01T00:00:00Z'],
      ['MONTH', '2026-12-31T23:59:59.999Z', '2027-01-01T00:00:00Z'],
      ['MONTH', '2028-02-28T12:00:00Z', '2028-03-01T00:00:00Z'],
      ['MONTH', '2027-02-01T00:00:00Z', '2027-03-01T00:00:00Z'],
    ])('that is spent in the %s of %s is there again at %s', async (window, from, until) => {
      await using limiters = await open(Date.parse(from));
      const account = sampleAccount(budgetOf(0.01, window));
      const reserve = () => limiters.there.reserve(account, newId(), estimate(1, 0.004));
      const id = newId();
      await limiters.here.reserve(account, id, estimate(1, 0.01));
      limiters.here.settle('acme', id, { tokens: 1, costUsd: 0.007 });
      await limiters.counted();
      const retryAfterMs = Date.parse(until) - Date.parse(from);
      const per = { HOUR: 'an hour', DAY: 'a day', MONTH: 'a month', TOTAL: '' }[window];
      expect(await reserve()).toMatchObject({
        code: 'BUDGET_EXCEEDED',
        message: `The rest of the budget of 0.01 USD ${per} is less than the 0.004 USD that this request may cost.`,
        ...{ retryable: true, retryAfterMs },
      });
      await expectAllowedAfter(limiters, retryAfterMs, reserve);
    });

    it('for all time does not come again', async () => {
      await using limiters = await open(NOON);
      const account = sampleAccount(budgetOf(0.01, 'TOTAL'));
      const id = newId();
      await limiters.here.reserve(account, id, estimate(1, 0.01));
      limiters.here.settle('acme', id, { tokens: 1, costUsd: 0.01 });
      await limiters.counted();
      await limiters.advance(1_000 * 24 * HOUR_MS);
      expect(await limiters.there.reserve(account, newId(), estimate(1, 0.001))).toMatchObject({
        code: 'BUDGET_EXCEEDED',
        message: expect.stringContaining('0.01 USD in total'),
        retryable: false,
        retryAfterMs: null,
      });
    });

    it('that is only set aside may come free soon', async () => {
      await using limiters = await open(NOON);
      const account = sampleAccount(budgetOf(0.01, 'TOTAL'));
      const id = newId();
      await limiters.here.reserve(account, id, estimate(1, 0.009));
      expect(await limiters.there.reserve(account, newId(), estimate(1, 0.002))).toMatchObject({
        code: 'BUDGET_EXCEEDED',
        message: expect.stringContaining('until it is known what those under way have cost'),
        ...{ retryable: true, retryAfterMs: SECOND_MS },
      });
      limiters.here.settle('acme', id, { tokens: 1, costUsd: 0.008 });
      await limiters.counted();
      expect(await limiters.there.reserve(account, newId(), estimate(1, 0.002))).toBeNull();
    });

    it('may be spent to the last of it, in parts that no binary fraction is', async () => {
      await using limiters = await open(NOON);
      const account = sampleAccount(budgetOf(0.3));
      const reserve = () => limiters.here.reserve(account, newId(), estimate(1, 0.1));
      expect([await reserve(), await reserve(), await reserve()]).toEqual([null, null, null]);
      expect(await limiters.here.reserve(account, newId(), estimate(1, 1e-12))).not.toBeNull();
    });

    it('keeps a call from being made whose cost nobody knows', async () => {
      await using limiters = await open(NOON);
      const refused = limiters.here.reserve(
        sampleAccount(budgetOf(10)),
        newId(),
        estimate(1, null),
      );
      expect(await refused).toMatchObject({
        code: 'BUDGET_EXCEEDED',
        message: expect.stringContaining('set MODEL_PRICES'),
        ...{ retryable: false, retryAfterMs: null },
      });
      expect(await limiters.here.reserve(sampleAccount(), newId(), estimate(1, null))).toBeNull();
    });

    it('that is less than a call may cost refuses it for good', async () => {
      await using limiters = await open(NOON);
      const account = sampleAccount(budgetOf(0.01));
      expect(await limiters.here.reserve(account, newId(), estimate(1, 0.011))).toMatchObject({
        code: 'BUDGET_EXCEEDED',
        message: expect.stringContaining('may cost 0.011 USD, more than all of the budget of 0.01'),
        ...{ retryable: false, retryAfterMs: null },
      });
    });

    it('of any window is held against what all keys of the tenant have spent', async () => {
      await using limiters = await open(Date.UTC(2026, 10, 24, 12, 59));
      const ofKey = (window: BudgetWindow) => sampleAccount(budgetOf(0.01, window));
      await limiters.here.reserve(sampleAccount(), newId(), estimate(1, 0.006));
      await limiters.advance(2 * MINUTE_MS);
      const reserve = (window: BudgetWindow, costUsd: number) =>
        limiters.there.reserve(ofKey(window), newId(), estimate(1, costUsd));
      expect(await reserve('DAY', 0.005)).not.toBeNull();
      expect(await reserve('MONTH', 0.005)).not.toBeNull();
      expect(await reserve('TOTAL', 0.005)).not.toBeNull();
      expect(await reserve('HOUR', 0.005)).toBeNull();
      expect(await reserve('HOUR', 0.005)).toBeNull();
    });

    it('pays in the windows in which a call was made', async () => {
      await using limiters = await open(Date.UTC(2026, 10, 24, 12, 59));
      const account = (window: BudgetWindow) => sampleAccount(budgetOf(0.01, window));
      const id = newId();
      await limiters.here.reserve(account('HOUR'), id, estimate(1, 0.002));
      await limiters.advance(2 * MINUTE_MS);
      limiters.here.settle('acme', id, { tokens: 1, costUsd: 0.005 });
      await limiters.counted();
      const reserve = (window: BudgetWindow, costUsd: number) =>
        limiters.there.reserve(account(window), newId(), estimate(1, costUsd));
      expect(await reserve('DAY', 0.006)).toMatchObject({ retryAfterMs: 11 * HOUR_MS - MINUTE_MS });
      expect(await reserve('HOUR', 0.01)).toBeNull();
    });
  });

  describe(`what is set aside for a generation ${name}`, () => {
    it('is counted for tokens and budget, or for neither', async () => {
      await using limiters = await open(NOON);
      const both = sampleAccount({ tokensPerMinute: 1_000, ...budgetOf(0.01) });
      expect(await limiters.here.reserve(both, newId(), estimate(100, 0.009))).toBeNull();
      expect(await limiters.here.reserve(both, newId(), estimate(100, 0.002))).not.toBeNull();
      expect(await limiters.here.reserve(both, newId(), estimate(901, 0.001))).not.toBeNull();
      expect(await limiters.there.reserve(both, newId(), estimate(900, 0.001))).toBeNull();
    });

    it('is refused by whatever refuses it for longer', async () => {
      await using limiters = await open(Date.UTC(2026, 10, 24, 12, 59, 30));
      const account = (window: BudgetWindow) =>
        sampleAccount({ tokensPerMinute: 1_000, ...budgetOf(0.01, window) });
      const id = newId();
      await limiters.here.reserve(account('HOUR'), id, estimate(1_000, 0.01));
      limiters.here.settle('acme', id, { tokens: 1_000, costUsd: 0.01 });
      await limiters.counted();
      const codeOf = async (window: BudgetWindow) =>
        (await limiters.here.reserve(account(window), newId(), estimate(500, 0.001)))?.code;
      expect(await codeOf('HOUR')).toBe('RATE_LIMITED');
      expect(await codeOf('DAY')).toBe('BUDGET_EXCEEDED');
      expect(await codeOf('TOTAL')).toBe('BUDGET_EXCEEDED');
    });

    it('is settled by any process, once', async () => {
      await using limiters = await open(NOON);
      const account = sampleAccount(budgetOf(0.01));
      const id = newId();
      await limiters.here.reserve(account, id, estimate(1, 0.01));
      limiters.there.settle('acme', id, { tokens: 1, costUsd: 0.004 });
      await limiters.counted();
      limiters.here.settle('acme', id, { tokens: 1, costUsd: 0 });
      limiters.there.settle('acme', id, { tokens: 1, costUsd: 0 });
      await limiters.counted();
      expect(await limiters.here.reserve(account, newId(), estimate(1, 0.0061))).not.toBeNull();
      expect(await limiters.here.reserve(account, newId(), estimate(1, 0.006))).toBeNull();
    });

    it('is what it costs when nobody knows better', async () => {
      await using limiters = await open(NOON);
      const account = sampleAccount(budgetOf(0.01, 'TOTAL'));
      const id = newId();
      await limiters.here.reserve(account, id, estimate(1, 0.006));
      limiters.here.settle('acme', id, { tokens: 1, costUsd: null });
      await limiters.counted();
      expect(await limiters.here.reserve(account, newId(), estimate(1, 0.005))).toMatchObject({
        retryable: false,
      });
      expect(await limiters.here.reserve(account, newId(), estimate(1, 0.004))).toBeNull();
    });

    it('costs what it cost, though nobody knew a price before', async () => {
      await using limiters = await open(NOON);
      const id = newId();
      await limiters.here.reserve(sampleAccount(), id, estimate(1, null));
      limiters.here.settle('acme', id, { tokens: 1, costUsd: 0.006 });
      await limiters.counted();
      const account = sampleAccount(budgetOf(0.01));
      expect(await limiters.here.reserve(account, newId(), estimate(1, 0.005))).not.toBeNull();
      expect(await limiters.here.reserve(account, newId(), estimate(1, 0.004))).toBeNull();
    });

    it('is nothing for one that was never told of', async () => {
      await using limiters = await open(NOON);
      const account = sampleAccount({ tokensPerMinute: 10, ...budgetOf(0.01) });
      limiters.here.settle('acme', newId(), { tokens: 10, costUsd: 0.01 });
      await limiters.counted();
      expect(await limiters.here.reserve(account, newId(), estimate(10, 0.01))).toBeNull();
    });

    it('is set aside once, and again after it was settled', async () => {
      await using limiters = await open(NOON);
      const account = sampleAccount(budgetOf(0.01));
      const id = newId();
      expect(await limiters.here.reserve(account, id, estimate(1, 0.006))).toBeNull();
      expect(await limiters.there.reserve(account, id, estimate(1, 0.006))).toBeNull();
      expect(await limiters.here.reserve(account, newId(), estimate(1, 0.005))).not.toBeNull();
      limiters.here.settle('acme', id, { tokens: 0, costUsd: 0 });
      expect(await limiters.here.reserve(account, id, estimate(1, 0.006))).toBeNull();
      limiters.here.settle('acme', id, { tokens: 1, costUsd: 0.002 });
      await limiters.counted();
      expect(await limiters.there.reserve(account, newId(), estimate(1, 0.0081))).not.toBeNull();
      expect(await limiters.there.reserve(account, newId(), estimate(1, 0.008))).toBeNull();
    });

    it('is taken for good when it is not settled within an hour', async () => {
      await using limiters = await open(NOON);
      const account = sampleAccount(budgetOf(0.01));
      const reserve = () => limiters.there.reserve(account, newId(), estimate(1, 0.005));
      await limiters.here.reserve(account, newId(), estimate(1, 0.006));
      await limiters.advance(HOUR_MS - 1);
      await limiters.here.reserve(account, newId(), estimate(1, 0.001));
      expect(await reserve()).toMatchObject({ retryAfterMs: SECOND_MS });
      await limiters.advance(1);
      const untilMidnight = Date.UTC(2026, 10, 25) - limiters.now();
      expect(await reserve()).toMatchObject({ retryAfterMs: untilMidnight });
      expect(await reserve()).toMatchObject({ retryAfterMs: untilMidnight });
    });

    it('is not settled any more after that', async () => {
      await using limiters = await open(NOON);
      const account = sampleAccount(budgetOf(0.01));
      const late = newId();
      await limiters.here.reserve(account, late, estimate(1, 0.006));
      await limiters.advance(HOUR_MS);
      limiters.here.settle('acme', late, { tokens: 0, costUsd: 0 });
      await limiters.counted();
      expect(await limiters.there.reserve(account, newId(), estimate(1, 0.005))).not.toBeNull();
    });
  });
}
