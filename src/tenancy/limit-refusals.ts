import { GatewayError } from '../domain/errors.ts';
import { type MinuteUse, msUntilFit } from './limit-minute.ts';
import { nanoUsdOf } from './limit-money.ts';
import type { Estimate } from './limiter.ts';
import type { Budget, BudgetWindow, Limits } from './principal.ts';

/** What is under way ends at any moment, and frees what it holds. */
const SOON_MS = 1_000;

const ASK_FOR_LESS = 'Ask for less: a lower maxTokens, or a shorter prompt.';

/** What a tenant has taken in a budget's present window, in nano-dollars. */
export type WindowUse = {
  /** What is set aside included. */
  readonly taken: number;
  /** The part that is set aside, of which something may come free. */
  readonly aside: number;
  /** Null: it never ends. */
  readonly endsInMs: number | null;
};

/** What a tenant has taken of what calls are held against. */
export type CallUse = { readonly tokens: MinuteUse; readonly window: WindowUse };

/** Null when one request more is allowed. */
export function refuseRequest(use: MinuteUse, figure: number | null): GatewayError | null {
  if (figure === null) return null;
  const retryAfterMs = msUntilFit(use, 1, figure);
  if (retryAfterMs === 0) return null;
  return limited(`The limit of ${figure} requests a minute is reached.`, retryAfterMs);
}

/** Null when one more may be under way beside `count` others. */
export function refuseEntry(count: number, figure: number | null): GatewayError | null {
  if (figure === null || count < figure) return null;
  return limited(`The limit of ${figure} generations at a time is reached.`, SOON_MS);
}

/** Refuses what would not be allowed if nothing were taken; null when waiting may help. */
export function refuseForEver(estimate: Estimate, limits: Limits): GatewayError | null {
  const { tokens, costUsd } = estimate;
  const { budget, tokensPerMinute: figure } = limits;
  if (figure !== null && tokens > figure) {
    const what = `This request may take ${tokens} tokens, more than the limit of ${figure} a minute`;
    return limited(`${what} ever allows. ${ASK_FOR_LESS}`, null);
  }
  if (budget === null) return null;
  if (costUsd === null) {
    const what = 'What this request may cost is not known';
    return exceeded(`${what}, and there is ${named(budget)}: set MODEL_PRICES.`, null);
  }
  if (nanoUsdOf(costUsd) <= nanoUsdOf(budget.usd)) return null;
  const what = `This request may cost ${rounded(costUsd)} USD, more than all of ${named(budget)}`;
  return exceeded(`${what}. ${ASK_FOR_LESS}`, null);
}

/** Null when what is estimated is allowed now; if both refuse it, what the one says that does so for longer. */
export function refuseCall(
  use: CallUse,
  estimate: Estimate,
  { tokensPerMinute, budget }: Limits,
): GatewayError | null {
  const ofTokens = refuseTokens(use.tokens, estimate.tokens, tokensPerMinute);
  const ofCost = refuseCost(use.window, estimate.costUsd ?? 0, budget);
  if (ofTokens === null || ofCost === null) return ofTokens ?? ofCost;
  return waitOf(ofCost) > waitOf(ofTokens) ? ofCost : ofTokens;
}

function refuseTokens(use: MinuteUse, tokens: number, figure: number | null): GatewayError | null {
  if (figure === null) return null;
  const retryAfterMs = msUntilFit(use, tokens, figure);
  if (retryAfterMs === 0) return null;
  const what = `The limit of ${figure} tokens a minute leaves no room for the ${tokens}`;
  return limited(`${what} that this request may take.`, retryAfterMs);
}

function refuseCost(use: WindowUse, costUsd: number, budget: Budget | null): GatewayError | null {
  if (budget === null) return null;
  const room = nanoUsdOf(budget.usd) - nanoUsdOf(costUsd);
  if (use.taken <= room) return null;
  const what = `The rest of ${named(budget)} is less than the ${rounded(costUsd)} USD`;
  const why = `${what} that this request may cost`;
  return use.taken - use.aside <= room
    ? exceeded(`${why}, until it is known what those under way have cost.`, SOON_MS)
    : exceeded(`${why}.`, use.endsInMs);
}

function waitOf({ retryAfterMs }: GatewayError): number {
  return retryAfterMs ?? Number.POSITIVE_INFINITY;
}

const PER: Readonly<Record<BudgetWindow, string>> = {
  HOUR: 'an hour',
  DAY: 'a day',
  MONTH: 'a month',
  TOTAL: 'in total',
};

function named({ usd, window }: Budget): string {
  return `the budget of ${usd} USD ${PER[window]}`;
}

function rounded(usd: number): string {
  return usd.toLocaleString('en', { maximumSignificantDigits: 6, useGrouping: false });
}

/** @param retryAfterMs null: waiting does not help */
function limited(message: string, retryAfterMs: number | null): GatewayError {
  return new GatewayError('RATE_LIMITED', message, toldAfter(retryAfterMs));
}

function exceeded(message: string, retryAfterMs: number | null): GatewayError {
  return new GatewayError('BUDGET_EXCEEDED', message, toldAfter(retryAfterMs));
}

function toldAfter(retryAfterMs: number | null) {
  return { retryable: retryAfterMs !== null, retryAfterMs };
}
