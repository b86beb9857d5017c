import { withoutArguments } from '../redis/errors.ts';
import type { Logger } from './logger.ts';
import type { Call } from './redis-total.ts';

export type Flusher = {
  /** Saves once those before have ended. It never rejects: what fails is left to the next flush. */
  flush(call: Call): Promise<void>;
  /** Ends the flushes that come by themselves. */
  stop(): void;
};

/**
 * Saves every `flushMs`, one flush at a time, without keeping the process alive. That it fails, and that it
 * works again, is logged once each.
 */
export function createFlusher(options: {
  flushMs: number;
  /** How each command of a flush that comes by itself is called. */
  call: Call;
  save: (call: Call) => Promise<void>;
  logger: Logger;
}): Flusher {
  const { save, logger } = options;
  let flushing = 0;
  let failing = false;
  let last = Promise.resolve();

  function worked(): void {
    if (failing) logger.info({}, 'statistics are written to Redis again');
    failing = false;
  }

  function failed(thrown: unknown): void {
    const error = withoutArguments(thrown);
    if (!failing) logger.warn({ error }, 'statistics not written to Redis, kept for later');
    failing = true;
  }

  function flush(call: Call): Promise<void> {
    flushing += 1;
    last = last
      .then(() => save(call))
      .then(worked, failed)
      .finally(() => {
        flushing -= 1;
      });
    return last;
  }

  const timer = setInterval(() => {
    if (flushing === 0) void flush(options.call);
  }, options.flushMs);
  timer.unref();
  return { flush, stop: () => clearInterval(timer) };
}
