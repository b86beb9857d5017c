import type { BudgetWindow } from './principal.ts';

export const BUDGET_WINDOWS = ['HOUR', 'DAY', 'MONTH', 'TOTAL'] as const satisfies BudgetWindow[];

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** In milliseconds since the Unix epoch, the end left out. TOTAL starts with the epoch and has no end. */
export type WindowSpan = { readonly startsAt: number; readonly endsAt: number | null };

/** The window of the calendar in UTC that an instant lies in. */
export function windowAt(window: BudgetWindow, at: number): WindowSpan {
  switch (window) {
    case 'HOUR':
      return evenSpan(at, HOUR_MS);
    case 'DAY':
      return evenSpan(at, DAY_MS);
    case 'MONTH': {
      const date = new Date(at);
      const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
      return { startsAt: Date.UTC(year, month), endsAt: Date.UTC(year, month + 1) };
    }
    case 'TOTAL':
      return { startsAt: 0, endsAt: null };
  }
}

/** Days of UTC are all of one length: the Unix epoch counts no leap seconds. */
function evenSpan(at: number, lengthMs: number): WindowSpan {
  const startsAt = at - (at % lengthMs);
  return { startsAt, endsAt: startsAt + lengthMs };
}
