import type { GatewayError } from '../../src/domain/errors.ts';
import type { Account, Estimate, Taken } from '../../src/tenancy/limiter.ts';
import type { Budget, BudgetWindow, Limits } from '../../src/tenancy/principal.ts';

const MINUTE_MS = 60_000;
const LOST_AFTER_MS = 3_600_000;
const SOON_MS = 1_000;

type Told = Pick<GatewayError, 'code' | 'retryable' | 'retryAfterMs'>;

type Call = {
  readonly id: string;
  readonly at: number;
  readonly tokens: number;
  readonly milliUsd: number;
  isOpen: boolean;
  takenTokens: number;
  takenMilliUsd: number;
};

/**
 * What a limiter answers for one tenant, found out the slow way: it remembers all that ever happened, and searches for
 * the time at which a call is allowed. Costs are whole thousandths of a dollar.
 *
 * @param placesLostAfterMs when a place is free of which nothing was heard
 */
export function createLimiterModel(placesLostAfterMs: number) {
  const requests: number[] = [];
  const calls: Call[] = [];
  const enteredAt = new Map<string, number>();

  const isSetAside = ({ isOpen, at }: Call, now: number) => isOpen && now - at < LOST_AFTER_MS;
  const findCall = (id: string, now: number) =>
    calls.find((call) => call.id === id && isSetAside(call, now));

  function windowUse(window: BudgetWindow, now: number) {
    const inWindow = calls.filter(({ at }) => nameOf(window, at) === nameOf(window, now));
    const aside = inWindow.filter((call) => isSetAside(call, now));
    return {
      taken: sum(inWindow.map(({ takenMilliUsd }) => takenMilliUsd)),
      aside: sum(aside.map(({ milliUsd }) => milliUsd)),
    };
  }

  function refuseTokens(tokens: number, figure: number | null, now: number): Told | null {
    if (figure === null) return null;
    const taken = calls.map((call) => ({ at: call.at, amount: call.takenTokens }));
    return waitFor((at) => estimated(taken, at) + tokens <= figure, now);
  }

  function refuseCost(milliUsd: number, budget: Budget | null, now: number): Told | null {
    if (budget === null) return null;
    const figure = toMilli(budget.usd);
    const { taken, aside } = windowUse(budget.window, now);
    if (taken + milliUsd <= figure) return null;
    if (taken - aside + milliUsd <= figure) return exceeded(SOON_MS);
    return exceeded(msLeftOf(budget.window, now));
  }

  return {
    admit({ limits: { requestsPerMinute: figure } }: Account, now: number): Told | null {
      const counted = requests.map((at) => ({ at, amount: 1 }));
      const refusal =
        figure === null ? null : waitFor((at) => estimated(counted, at) + 1 <= figure, now);
      if (refusal === null) requests.push(now);
      return refusal;
    },
    enter({ limits: { maxConcurrent: figure } }: Account, id: string, now: number): Told | null {
      for (const [other, at] of enteredAt) {
        if (now - at >= placesLostAfterMs) enteredAt.delete(other);
      }
      const isFull = figure !== null && enteredAt.size >= figure;
      if (isFull && !enteredAt.has(id)) return limited(SOON_MS);
      enteredAt.set(id, now);
      return null;
    },
    leave: (id: string) => void enteredAt.delete(id),
    reserve(account: Account, id: string, estimate: Estimate, now: number): Told | null {
      const tooMuch = refuseTooMuch(estimate, account.limits);
      if (tooMuch !== null || findCall(id, now)) return tooMuch;
      const { tokens, costUsd } = estimate;
      const milliUsd = toMilli(costUsd ?? 0);
      const ofTokens = refuseTokens(tokens, account.limits.tokensPerMinute, now);
      const refusal = longest(ofTokens, refuseCost(milliUsd, account.limits.budget, now));
      if (refusal !== null) return refusal;
      const taken = { takenTokens: tokens, takenMilliUsd: milliUsd };
      calls.push({ id, at: now, tokens, milliUsd, isOpen: true, ...taken });
      return null;
    },
    settle(id: string, taken: Taken, now: number) {
      const call = findCall(id, now);
      if (call === undefined) return;
      call.isOpen = false;
      if (minuteOf(now) - minuteOf(call.at) <= 1) call.takenTokens = taken.tokens;
      if (taken.costUsd !== null) call.takenMilliUsd = toMilli(taken.costUsd);
    },
  };
}

/** More than was ever allowed, or nobody knows how much. */
function refuseTooMuch({ tokens, costUsd }: Estimate, limits: Limits): Told | null {
  const { tokensPerMinute, budget } = limits;
  if (tokensPerMinute !== null && tokens > tokensPerMinute) return limited(null);
  const isFree = budget === null || (costUsd !== null && toMilli(costUsd) <= toMilli(budget.usd));
  return isFree ? null : exceeded(null);
}

/** All of this minute, and of the one before it what the last 60 seconds reach into. */
function estimated(counted: readonly { at: number; amount: number }[], now: number): number {
  const of = (minute: number) =>
    sum(counted.filter(({ at }) => minuteOf(at) === minute).map(({ amount }) => amount));
  const present = minuteOf(now);
  const reach = MINUTE_MS - (now % MINUTE_MS);
  // Multiplied first, so that it is exact.
  return (of(present) * MINUTE_MS + of(present - 1) * reach) / MINUTE_MS;
}

function waitFor(isAllowed: (at: number) => boolean, now: number): Told | null {
  if (isAllowed(now)) return null;
  const [refused, allowed] = [now, now + 2 * MINUTE_MS];
  return limited(firstAllowed(isAllowed, refused, allowed) - now);
}

/** It is not refused again once it is allowed, if nobody else comes. */
function firstAllowed(
  isAllowed: (at: number) => boolean,
  refused: number,
  allowed: number,
): number {
  if (allowed - refused === 1) return allowed;
  const between = Math.floor((refused + allowed) / 2);
  return isAllowed(between)
    ? firstAllowed(isAllowed, refused, between)
    : firstAllowed(isAllowed, between, allowed);
}

/** What a window is called, as people write its date. */
function nameOf(window: BudgetWindow, at: number): string {
  const length = { HOUR: '2026-11-24T12', DAY: '2026-11-24', MONTH: '2026-11', TOTAL: '' }[window];
  return new Date(at).toISOString().slice(0, length.length);
}

function msLeftOf(window: BudgetWindow, now: number): number | null {
  if (window === 'TOTAL') return null;
  const name = nameOf(window, now);
  const longestMs = 32 * 24 * LOST_AFTER_MS;
  return firstAllowed((at) => nameOf(window, at) !== name, now, now + longestMs) - now;
}

function longest(one: Told | null, other: Told | null): Told | null {
  if (one === null || other === null) return one ?? other;
  const [first, second] = [one, other].map(
    ({ retryAfterMs }) => retryAfterMs ?? Number.POSITIVE_INFINITY,
  ) as [number, number];
  return second > first ? other : one;
}

function limited(retryAfterMs: number | null): Told {
  return { code: 'RATE_LIMITED', retryable: retryAfterMs !== null, retryAfterMs };
}

function exceeded(retryAfterMs: number | null): Told {
  return { code: 'BUDGET_EXCEEDED', retryable: retryAfterMs !== null, retryAfterMs };
}

function toMilli(usd: number): number {
  return Math.round(usd * 1_000);
}

function minuteOf(at: number): number {
  return Math.floor(at / MINUTE_MS);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
