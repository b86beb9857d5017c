import { describe, expect, it } from 'vitest';
import { windowAt } from '../../../src/tenancy/budget-window.ts';
import type { BudgetWindow } from '../../../src/tenancy/principal.ts';

describe('the window of a budget', () => {
  it.each<[BudgetWindow, string, string, string]>([
    ['HOUR', '2026-11-24T12:34:56.789Z', '2026-11-24T12:00:00Z', '2026-11-24T13:00:00Z'],
    ['HOUR', '2026-11-24T12:00:00Z', '2026-11-24T12:00:00Z', '2026-11-24T13:00:00Z'],
    ['HOUR', '2026-12-31T23:59:59.999Z', '2026-12-31T23:00:00Z', '2027-01-01T00:00:00Z'],
    ['DAY', '2026-11-24T23:59:59.999Z', '2026-11-24T00:00:00Z', '2026-11-25T00:00:00Z'],
    ['DAY', '2026-11-25T00:00:00Z', '2026-11-25T00:00:00Z', '2026-11-26T00:00:00Z'],
    ['DAY', '2028-02-28T12:00:00Z', '2028-02-28T00:00:00Z', '2028-02-29T00:00:00Z'],
    ['MONTH', '2026-11-30T23:59:59.999Z', '2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z'],
    ['MONTH', '2026-12-01T00:00:00Z', '2026-12-01T00:00:00Z', '2027-01-01T00:00:00Z'],
    ['MONTH', '2027-02-28T12:00:00Z', '2027-02-01T00:00:00Z', '2027-03-01T00:00:00Z'],
    ['MONTH', '2028-02-29T12:00:00Z', '2028-02-01T00:00:00Z', '2028-03-01T00:00:00Z'],
    ['MONTH', '2100-02-28T23:59:59.999Z', '2100-02-01T00:00:00Z', '2100-03-01T00:00:00Z'],
    // Where clocks of most of Europe are put forward: days of UTC are of one length.
    ['DAY', '2027-03-28T01:00:00Z', '2027-03-28T00:00:00Z', '2027-03-29T00:00:00Z'],
  ])('%s of %s goes from %s to %s', (window, at, from, until) => {
    expect(windowAt(window, Date.parse(at))).toEqual({
      startsAt: Date.parse(from),
      endsAt: Date.parse(until),
    });
  });

  it('TOTAL never ends', () => {
    const span = { startsAt: 0, endsAt: null };
    expect(windowAt('TOTAL', Date.UTC(2026, 10))).toEqual(span);
    expect(windowAt('TOTAL', Date.UTC(2126, 10))).toEqual(span);
  });
});
