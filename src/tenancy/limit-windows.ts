import { BUDGET_WINDOWS, windowAt } from './budget-window.ts';
import type { WindowUse } from './limit-refusals.ts';
import type { BudgetWindow } from './principal.ts';

/** What is added to a window, in nano-dollars. Either may be below 0. */
export type WindowChange = { readonly taken: number; readonly aside: number };

/** Counts what is taken in the present window of each kind. */
export type WindowCounters = {
  useAt(window: BudgetWindow, now: number): WindowUse;
  /** Changes those windows of `at` that are not over. */
  change(by: WindowChange, at: number, now: number): void;
  isEmptyAt(now: number): boolean;
};

/** Times are milliseconds since the Unix epoch. */
export function createWindowCounters(): WindowCounters {
  const counters = {
    HOUR: createCounter('HOUR'),
    DAY: createCounter('DAY'),
    MONTH: createCounter('MONTH'),
    TOTAL: createCounter('TOTAL'),
  };

  return {
    useAt: (window, now) => counters[window].useAt(now),
    change(by, at, now) {
      for (const window of BUDGET_WINDOWS) counters[window].change(by, at, now);
    },
    // All that the other windows hold is in this one.
    isEmptyAt: (now) => counters.TOTAL.useAt(now).taken === 0,
  };
}

function createCounter(window: BudgetWindow) {
  let startedAt = 0;
  let taken = 0;
  let aside = 0;

  function moveTo(now: number) {
    const { startsAt, endsAt } = windowAt(window, now);
    if (startsAt !== startedAt) [startedAt, taken, aside] = [startsAt, 0, 0];
    return endsAt;
  }

  return {
    useAt(now: number): WindowUse {
      const endsAt = moveTo(now);
      return { taken, aside, endsInMs: endsAt === null ? null : endsAt - now };
    },
    change(by: WindowChange, at: number, now: number) {
      moveTo(now);
      if (windowAt(window, at).startsAt !== startedAt) return;
      taken = Math.max(0, taken + by.taken);
      aside = Math.max(0, aside + by.aside);
    },
  };
}
