import type { GatewayError } from '../domain/errors.ts';
import type { Limits } from './principal.ts';

/** Whose use is counted, and what it is held against. */
export type Account = { readonly tenant: string; readonly limits: Limits };

/** What a model call may take, before it is made. `costUsd` is null when nobody knows a price. */
export type Estimate = { readonly tokens: number; readonly costUsd: number | null };

/** What a model call has taken. `costUsd` is null when no price is known. */
export type Taken = { readonly tokens: number; readonly costUsd: number | null };

/**
 * Keeps tenants within their limits. `test/contract/limiter.ts` runs against every adapter.
 *
 * What callers may rely on:
 * - `admit`, `enter` and `reserve` resolve to null when the limits allow it, and have counted it then, whatever they are
 *   held against; else to what the caller is told, RATE_LIMITED or BUDGET_EXCEEDED, and have counted nothing. They are
 *   decided one after another for a tenant, over all processes that share the limiter: calls at the same moment do not
 *   pass a limit together.
 * - `retryAfterMs` tells when the same would be allowed if nobody else came: to the millisecond where time alone
 *   decides, soon where it is for others to end. What time does not help is not retryable.
 * - Nothing here rejects. A limiter that cannot ask the others counts for this process alone until it can.
 * - Minutes slide, as `limit-minute.ts` says; the windows of budgets follow the calendar in UTC. Money is counted in
 *   nano-dollars, each amount rounded up.
 */
export type Limiter = AsyncDisposable & {
  /** Counts one request. */
  admit(account: Account): Promise<GatewayError | null>;
  /**
   * Counts a generation that is under way, until `leave` in the same process, or until this process is lost. One that
   * has entered already is allowed, and counts once.
   */
  enter(account: Account, generationId: string): Promise<GatewayError | null>;
  leave(tenant: string, generationId: string): void;
  /**
   * Sets aside what the call of a generation may take, tokens and money or neither, until `settle`; if something is set
   * aside for it, that stays. What is not settled within an hour is taken for good: the call was made, and nobody is
   * left who knows how it ended. A tenant with a budget is refused a call whose cost nobody knows.
   */
  reserve(account: Account, generationId: string, estimate: Estimate): Promise<GatewayError | null>;
  /**
   * Puts what was taken in place of what was set aside, in the minute and the windows in which that was; where no cost
   * is known, that of the estimate stays. Any process may, and the first one counts.
   */
  settle(tenant: string, generationId: string, taken: Taken): void;
};
