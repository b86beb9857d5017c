import { vi } from 'vitest';

/** Taken before time is replaced: it lets all promises settle that can settle. */
const macrotask = setImmediate;

/** A scenario that has fired this many timers will not come to rest. */
const MOST_TIMERS = 100_000;

export type VirtualTime = {
  /** Resolves when no timer is left to wait for: whoever waits now waits for ever. */
  untilIdle(): Promise<void>;
  /** What `work` resolves with, which it must have done when no timer is left. */
  through<Result>(work: Promise<Result>): Promise<Result>;
};

/**
 * Runs `scenario` in a time of its own that passes only while it waits for `untilIdle`, from timer to timer.
 * Nothing waits for real, and equal scenarios run in the same order to the last promise.
 */
export async function inVirtualTime<Result>(
  scenario: (time: VirtualTime) => Promise<Result>,
): Promise<Result> {
  vi.useFakeTimers({
    now: 0,
    toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'Date', 'performance'],
  });
  try {
    return await scenario({ untilIdle, through });
  } finally {
    vi.useRealTimers();
  }
}

async function untilIdle(): Promise<void> {
  for (let fired = 0; fired < MOST_TIMERS; fired++) {
    await new Promise<void>((resolve) => macrotask(resolve));
    if (vi.getTimerCount() === 0) return;
    vi.advanceTimersToNextTimer();
  }
  throw new Error(`Timers are set without end: ${MOST_TIMERS} have fired.`);
}

async function through<Result>(work: Promise<Result>): Promise<Result> {
  let settled = false;
  const settle = () => {
    settled = true;
  };
  work.then(settle, settle);
  await untilIdle();
  if (!settled) throw new Error('What should be over by now waits for ever.');
  return work;
}
