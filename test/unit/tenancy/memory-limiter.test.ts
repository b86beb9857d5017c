import { describe, expect, it } from 'vitest';
import { createLimitAccount, type LimitAccount } from '../../../src/tenancy/limit-account.ts';
import { forgetEmpty } from '../../../src/tenancy/memory-limiter.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const NOON = Date.UTC(2026, 10, 24, 12);

/** Whether a tenant is still known after so many milliseconds. */
function isKnownAfter(milliseconds: number, account: LimitAccount): boolean {
  const accounts = new Map([['acme', account]]);
  forgetEmpty(accounts, NOON + milliseconds);
  return accounts.has('acme');
}

describe('a limiter in memory', () => {
  it('forgets a tenant of whom nothing is left', () => {
    expect(isKnownAfter(0, createLimitAccount())).toBe(false);
  });

  it('forgets requests and tokens two minutes after', () => {
    const account = createLimitAccount();
    account.requests.add(1, NOON, NOON);
    account.setAside('generation', { tokens: 10, costUsd: 0.1 }, NOON);
    account.settle('generation', { tokens: 10, costUsd: 0 }, NOON);
    expect(isKnownAfter(2 * MINUTE_MS - 1, account)).toBe(true);
    expect(isKnownAfter(2 * MINUTE_MS, account)).toBe(false);
  });

  it('keeps a tenant who has something under way', () => {
    const account = createLimitAccount();
    account.underWay.add('generation');
    expect(isKnownAfter(HOUR_MS, account)).toBe(true);
    account.underWay.delete('generation');
    expect(isKnownAfter(HOUR_MS, account)).toBe(false);
  });

  it('forgets within an hour what nobody settles', () => {
    const account = createLimitAccount();
    account.setAside('generation', { tokens: 10, costUsd: null }, NOON);
    expect(isKnownAfter(HOUR_MS - 1, account)).toBe(true);
    expect(isKnownAfter(HOUR_MS, account)).toBe(false);
  });

  it('keeps what was spent in total', () => {
    const account = createLimitAccount();
    account.setAside('generation', { tokens: 10, costUsd: 0.1 }, NOON);
    expect(isKnownAfter(10_000 * HOUR_MS, account)).toBe(true);
  });
});
