import type { Logger } from '../../telemetry/logger.ts';
import type { OutcomeEntry } from './port.ts';

/** What is written in the background, so that no request waits for it. */
export type WaitingEntries = AsyncDisposable & {
  append(entry: OutcomeEntry): void;
  /** Writes what waits. Resolves when that is done or has failed; never rejects. */
  flush(): Promise<void>;
  /** Drops what waits and fits. */
  drop(isDropped: (entry: OutcomeEntry) => boolean): void;
  readonly lost: number;
};

const AT_ONCE = 100;

/** Some megabytes. */
const MOST_WAITING = 5_000;

/**
 * Entries that wait to be written, every `flushMs`, without keeping the process alive. What cannot be written waits for
 * the next time, so that it may be written twice; when too much waits, the oldest is lost. That writing fails is logged
 * once, and so is that it works again.
 *
 * @param options.write some entries, in order; rejects when it is not known that they are written
 */
export function createWaitingEntries(options: {
  write: (entries: readonly OutcomeEntry[]) => Promise<void>;
  flushMs: number;
  logger: Logger;
}): WaitingEntries {
  const { write, logger } = options;
  let waiting: readonly OutcomeEntry[] = [];
  let arriving: OutcomeEntry[] = [];
  let lost = 0;
  let lostSince = 0;
  let failing = false;
  let flushing: Promise<void> | null = null;

  function makeRoom() {
    const surplus = waiting.length + arriving.length - MOST_WAITING;
    if (surplus <= 0) return;
    lost += surplus;
    lostSince += surplus;
    waiting = [...waiting, ...arriving].slice(surplus);
    arriving = [];
  }

  async function writeAll() {
    waiting = [...waiting, ...arriving];
    arriving = [];
    while (waiting.length > 0) {
      const some = waiting.slice(0, AT_ONCE);
      await write(some);
      const written = new Set(some);
      waiting = waiting.filter((entry) => !written.has(entry));
    }
  }

  function worked() {
    if (failing) logger.info({ lost: lostSince }, 'outcomes of routed requests are logged again');
    failing = false;
    lostSince = 0;
  }

  function failed(error: unknown) {
    if (!failing) logger.warn({ error }, 'outcomes of routed requests not logged, kept for later');
    failing = true;
  }

  async function flush(): Promise<void> {
    // What arrives meanwhile has to be written too before this resolves.
    if (flushing !== null) await flushing;
    flushing ??= writeAll()
      .then(worked, failed)
      .finally(() => {
        flushing = null;
      });
    await flushing;
  }

  const timer = setInterval(() => {
    if (flushing === null && waiting.length + arriving.length > 0) void flush();
  }, options.flushMs);
  timer.unref();

  return {
    append(entry) {
      arriving.push(entry);
      if (arriving.length >= AT_ONCE) makeRoom();
    },
    flush,
    drop(isDropped) {
      waiting = [...waiting, ...arriving].filter((entry) => !isDropped(entry));
      arriving = [];
    },
    get lost() {
      return lost;
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await flush();
    },
  };
}
