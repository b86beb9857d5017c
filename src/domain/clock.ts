/**
 * Time as the gateway sees it. Passed in wherever time decides something, so that a test can own it.
 *
 * Waiting is not part of it: whatever waits uses `setTimeout`, which tests fake by other means.
 */
export type Clock = {
  /** The time of day in milliseconds since the Unix epoch. It may jump; use it for expiry and records only. */
  now(): number;
  /** Milliseconds since an arbitrary start. It never goes back; use it for durations. */
  elapsed(): number;
};

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
};
