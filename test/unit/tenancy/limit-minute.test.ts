import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createMinuteCounter,
  fitsInMinute,
  msUntilFit,
} from '../../../src/tenancy/limit-minute.ts';

const MINUTE_MS = 60_000;
const NOON = Date.UTC(2026, 10, 24, 12);

/** When each was let in of many who ask for one, with pauses of so many milliseconds between them. */
function letIn(figure: number, pauses: readonly number[]): number[] {
  const counter = createMinuteCounter();
  const times: number[] = [];
  let now = NOON;
  for (const pause of pauses) {
    now += pause;
    if (!fitsInMinute(counter.useAt(now), 1, figure)) continue;
    counter.add(1, now, now);
    times.push(now);
  }
  return times;
}

function countIn(times: readonly number[], from: number): number {
  return times.filter((time) => time >= from && time < from + MINUTE_MS).length;
}

describe('a sliding minute', () => {
  const somePauses = fc.array(fc.oneof(fc.nat(10), fc.nat(3_000), fc.nat(MINUTE_MS)), {
    maxLength: 300,
    size: 'max',
  });

  it('lets no more than the figure through in a minute of the clock, nor twice that in any', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), somePauses, (figure, pauses) => {
        const times = letIn(figure, pauses);
        for (const time of times) {
          expect(countIn(times, time - (time % MINUTE_MS))).toBeLessThanOrEqual(figure);
          expect(countIn(times, time)).toBeLessThan(2 * figure);
        }
      }),
    );
  });

  it('comes close to that only after a minute whose all came at its end', () => {
    const late = [MINUTE_MS - 1, ...Array<number>(99).fill(0)];
    const busy = Array<number>(60_000).fill(1);
    const times = letIn(100, [...late, ...busy]);
    expect(countIn(times, NOON + MINUTE_MS - 1)).toBe(199);
    const even = letIn(100, Array<number>(2_000).fill(100));
    const most = Math.max(...even.map((time) => countIn(even, time)));
    expect(most).toBeLessThanOrEqual(150);
  });

  it('lets the figure through, over time, when more is asked for', () => {
    const times = letIn(60, Array<number>(6_000).fill(100));
    expect(times.length).toBeGreaterThan(10 * 60 * 0.9);
    expect(times.length).toBeLessThanOrEqual(10 * 60);
  });

  it('tells to the millisecond when there is room again', () => {
    const use = fc.record({
      previous: fc.nat(50),
      current: fc.nat(50),
      elapsedMs: fc.integer({ min: 0, max: MINUTE_MS - 1 }),
    });
    fc.assert(
      fc.property(use, fc.nat(50), fc.integer({ min: 1, max: 50 }), (held, amount, figure) => {
        const ms = msUntilFit(held, amount, figure);
        expect(ms === null).toBe(amount > figure);
        if (ms === null) return;
        const counter = createMinuteCounter();
        counter.add(held.previous, NOON - MINUTE_MS, NOON - MINUTE_MS);
        counter.add(held.current, NOON, NOON);
        const fitsAfter = (after: number) =>
          fitsInMinute(counter.useAt(NOON + held.elapsedMs + after), amount, figure);
        if (ms > 0) expect(fitsAfter(ms - 1)).toBe(false);
        expect(fitsAfter(ms)).toBe(true);
      }),
    );
  });
});

describe('the counter of a minute', () => {
  it('forgets what is older than the minute before', () => {
    const counter = createMinuteCounter();
    counter.add(5, NOON, NOON);
    expect(counter.useAt(NOON + 59_999)).toEqual({ previous: 0, current: 5, elapsedMs: 59_999 });
    expect(counter.useAt(NOON + 60_000)).toEqual({ previous: 5, current: 0, elapsedMs: 0 });
    counter.add(-2, NOON, NOON + 60_000);
    expect(counter.useAt(NOON + 60_000)).toEqual({ previous: 3, current: 0, elapsedMs: 0 });
    counter.add(1, NOON, NOON + 120_000);
    expect(counter.useAt(NOON + 120_000)).toEqual({ previous: 0, current: 0, elapsedMs: 0 });
  });

  it('never has less than nothing', () => {
    const counter = createMinuteCounter();
    counter.add(-1, NOON, NOON);
    expect(counter.useAt(NOON)).toMatchObject({ current: 0 });
  });

  it('stands still while a clock that was set back catches up', () => {
    const counter = createMinuteCounter();
    counter.add(5, NOON, NOON);
    expect(counter.useAt(NOON - 30_000)).toEqual({ previous: 0, current: 5, elapsedMs: 0 });
    expect(counter.useAt(NOON + 1_000)).toEqual({ previous: 0, current: 5, elapsedMs: 1_000 });
  });

  it('begins anew when a clock is set back by more', () => {
    const counter = createMinuteCounter();
    counter.add(5, NOON, NOON);
    const yearBefore = NOON - 365 * 24 * 60 * MINUTE_MS;
    expect(counter.useAt(yearBefore)).toEqual({ previous: 0, current: 0, elapsedMs: 0 });
  });
});
