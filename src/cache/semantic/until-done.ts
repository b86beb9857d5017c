import type { Logger } from '../../telemetry/logger.ts';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;

/** Work in the background that is repeated until it succeeds. */
export type Persistent = {
  /** Resolves when `work` has, or the signal aborts; never rejects. After each failure it pauses for twice as long. */
  untilDone(work: () => Promise<void>): Promise<void>;
  /** What went wrong since it last succeeded; null when nothing has. */
  lastFailure(): string | null;
};

/**
 * That it fails, and that it succeeds again, is logged once each.
 *
 * @param options.what is done, for the log
 */
export function createPersistent(options: {
  what: string;
  signal: AbortSignal;
  logger: Logger;
}): Persistent {
  const { what, signal, logger } = options;
  let lastFailure: string | null = null;

  function failed(error: unknown) {
    if (lastFailure === null) logger.warn({ error }, `${what} failed, and is tried again`);
    lastFailure = error instanceof Error ? error.message : String(error);
  }

  function succeeded() {
    if (lastFailure !== null) logger.info({}, `${what} succeeded again`);
    lastFailure = null;
  }

  return {
    async untilDone(work) {
      for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted; pauseMs = longer(pauseMs)) {
        try {
          await work();
          if (!signal.aborted) succeeded();
          return;
        } catch (error) {
          if (signal.aborted) return;
          failed(error);
        }
        await pause(pauseMs, signal);
      }
    },
    lastFailure: () => lastFailure,
  };
}

function longer(pauseMs: number): number {
  return Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
}

/** Ends early when the signal aborts, and does not keep the process alive. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    timer.unref();
    signal.addEventListener('abort', end);
  });
}
