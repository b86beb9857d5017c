export const MINUTE_MS = 60_000;

/** What was counted in the present minute of the clock and in the one before it. */
export type MinuteUse = {
  readonly previous: number;
  readonly current: number;
  /** How far the present minute has gone. */
  readonly elapsedMs: number;
};

/**
 * Whether `amount` more stays within `figure` a minute.
 *
 * The last 60 seconds are estimated from two fixed minutes: all of the present one, and of the one before it the part
 * that still lies in them, as if it had come evenly (the sliding window counter of Cloudflare). So
 * no more than the figure passes in any minute of the clock. In other 60 seconds it may be more by as much as the
 * minute before came later than evenly: less than twice the figure, when all of it came at the end of that minute.
 *
 * `redis-limit-scripts.ts` says the same in Lua.
 */
export function fitsInMinute(use: MinuteUse, amount: number, figure: number): boolean {
  const { previous, current, elapsedMs } = use;
  return previous * (MINUTE_MS - elapsedMs) + (current + amount) * MINUTE_MS <= figure * MINUTE_MS;
}

/**
 * How long it takes until `amount` more fits, if nobody else comes: whole milliseconds, and not one too many. Null
 * when it never does, because it is more than the figure.
 */
export function msUntilFit(use: MinuteUse, amount: number, figure: number): number | null {
  if (amount > figure) return null;
  if (fitsInMinute(use, amount, figure)) return 0;
  const restMs = MINUTE_MS - use.elapsedMs;
  const room = figure - use.current - amount;
  if (room >= 0) return restMs - msWithin(room, use.previous);
  return restMs + MINUTE_MS - msWithin(figure - amount, use.current);
}

/** How long a piece of a minute with `counted` in it may be that holds no more than `room`. */
function msWithin(room: number, counted: number): number {
  return Math.floor((room * MINUTE_MS) / counted);
}

/** Counts what happens in a minute, and remembers the minute before. */
export type MinuteCounter = {
  useAt(now: number): MinuteUse;
  /** Counts `amount`, which may be below 0, in the minute of `at`, if that is remembered. */
  add(amount: number, at: number, now: number): void;
  isEmptyAt(now: number): boolean;
};

/** Times are milliseconds since the Unix epoch. */
export function createMinuteCounter(): MinuteCounter {
  let minute = 0;
  let previous = 0;
  let current = 0;

  /** A clock that was set back a little stands still until it is there again; set back by more, it begins anew. */
  function moveTo(now: number) {
    const passed = minuteOf(now) - minute;
    if (passed === 0 || passed === -1) return;
    previous = passed === 1 ? current : 0;
    current = 0;
    minute += passed;
  }

  return {
    useAt(now) {
      moveTo(now);
      return { previous, current, elapsedMs: Math.max(0, now - minute * MINUTE_MS) };
    },
    add(amount, at, now) {
      moveTo(now);
      const age = minute - minuteOf(at);
      if (age === 0) current = Math.max(0, current + amount);
      if (age === 1) previous = Math.max(0, previous + amount);
    },
    isEmptyAt(now) {
      moveTo(now);
      return previous === 0 && current === 0;
    },
  };
}

function minuteOf(at: number): number {
  return Math.floor(at / MINUTE_MS);
}
