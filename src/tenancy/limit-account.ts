import { createMinuteCounter, type MinuteCounter } from './limit-minute.ts';
import { nanoUsdOf } from './limit-money.ts';
import type { CallUse } from './limit-refusals.ts';
import { createWindowCounters } from './limit-windows.ts';
import type { Estimate, Taken } from './limiter.ts';
import type { BudgetWindow } from './principal.ts';

/** What is not settled by then is taken for good. No call takes as long. */
export const KEEP_RESERVED_MS = 3_600_000;

/** What a tenant has taken of late, in one process. Times are milliseconds since the Unix epoch. */
export type LimitAccount = {
  readonly requests: MinuteCounter;
  /** The generations under way. */
  readonly underWay: Set<string>;
  useAt(now: number, window: BudgetWindow): CallUse;
  hasSetAside(generationId: string): boolean;
  setAside(generationId: string, estimate: Estimate, now: number): void;
  /** Does nothing when nothing is set aside. */
  settle(generationId: string, taken: Taken, now: number): void;
  /** Whether it is the same as one that was never used. */
  isEmptyAt(now: number): boolean;
};

type Reservation = { readonly at: number; readonly tokens: number; readonly nanoUsd: number };

export function createLimitAccount(): LimitAccount {
  const requests = createMinuteCounter();
  const tokens = createMinuteCounter();
  const windows = createWindowCounters();
  const underWay = new Set<string>();
  /** The oldest first. */
  const reserved = new Map<string, Reservation>();

  function keepLost(now: number) {
    for (const [id, { at, nanoUsd }] of reserved) {
      if (now - at < KEEP_RESERVED_MS) return;
      reserved.delete(id);
      windows.change({ taken: 0, aside: -nanoUsd }, at, now);
    }
  }

  return {
    requests,
    underWay,
    useAt(now, window) {
      keepLost(now);
      return { tokens: tokens.useAt(now), window: windows.useAt(window, now) };
    },
    hasSetAside: (generationId) => reserved.has(generationId),
    setAside(generationId, estimate, now) {
      const nanoUsd = nanoUsdOf(estimate.costUsd ?? 0);
      reserved.set(generationId, { at: now, tokens: estimate.tokens, nanoUsd });
      tokens.add(estimate.tokens, now, now);
      windows.change({ taken: nanoUsd, aside: nanoUsd }, now, now);
    },
    settle(generationId, taken, now) {
      keepLost(now);
      const reservation = reserved.get(generationId);
      if (reservation === undefined) return;
      reserved.delete(generationId);
      const { at, nanoUsd } = reservation;
      const cost = taken.costUsd === null ? nanoUsd : nanoUsdOf(taken.costUsd);
      tokens.add(taken.tokens - reservation.tokens, at, now);
      windows.change({ taken: cost - nanoUsd, aside: -nanoUsd }, at, now);
    },
    isEmptyAt(now) {
      keepLost(now);
      const isCountless =
        requests.isEmptyAt(now) && tokens.isEmptyAt(now) && windows.isEmptyAt(now);
      return isCountless && underWay.size === 0 && reserved.size === 0;
    },
  };
}
