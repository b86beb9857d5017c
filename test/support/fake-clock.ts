import type { Clock } from '../../src/domain/clock.ts';

export type FakeClock = Clock & {
  /** Lets time go by on both of the clock's faces. */
  advance(milliseconds: number): void;
  /** Sets the time of day, as a correction of the system's clock would; `elapsed` does not notice. */
  set(now: number): void;
};

/** A clock that stands still until a test moves it. */
export function fakeClock(startsAt = Date.UTC(2026, 10, 24, 12)): FakeClock {
  let now = startsAt;
  let elapsed = 0;
  return {
    now: () => now,
    elapsed: () => elapsed,
    advance(milliseconds) {
      now += milliseconds;
      elapsed += milliseconds;
    },
    set(time) {
      now = time;
    },
  };
}
