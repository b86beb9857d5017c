import type { FencingToken, RunCut, RunEnd, RunEventBody, RunLog, RunReset } from './run-log.ts';

/** A buffer of this many UTF-16 units is written without waiting for the window to pass. */
const FLUSH_UNITS = 8_192;
/** How much may wait for the log before the writer asks its source to pause. */
const BACKLOG_UNITS = 262_144;

type OutputKind = 'text' | 'reasoning';

/**
 * Turns what a model says into the events of one run: numbers them, counts offsets, and coalesces.
 *
 * The first output goes out at once, for a short time to first token; what follows within `coalesceMs` of
 * the last write is gathered into one event, for an event costs every client far more than its bytes.
 *
 * `output` returns a promise only while too much waits for the log: await it before asking for more. When
 * the log refuses, the next call of `output`, `flush` or `reset` throws what it threw.
 */
export type RunWriter = {
  started(model: string): Promise<void>;
  output(kind: OutputKind, text: string): Promise<void> | undefined;
  /** Resolves when all output so far is in the log. */
  flush(): Promise<void>;
  reset(reset: Omit<RunReset, 'type'>): Promise<void>;
  /** Writes what is still gathered, then the cut, so that it comes after all output so far; resolves with its seq. */
  cut(cut: RunCut): Promise<number>;
  /** Writes what is still gathered, so that nothing is lost, then the end. */
  ended(end: RunEnd): Promise<void>;
};

/** @param options.firstSeq of the first event that is written: 0, or what comes after the log so far */
export function createRunWriter(options: {
  log: RunLog;
  runId: string;
  fencing: FencingToken;
  firstSeq: number;
  coalesceMs: number;
}): RunWriter {
  const { log, runId, fencing, coalesceMs } = options;
  let seq = options.firstSeq;
  let offsets = { text: 0, reasoning: 0 };
  let gathered: { kind: OutputKind; text: string } | null = null;
  let window: NodeJS.Timeout | null = null;
  let backlog = 0;
  let committed: Promise<void> = Promise.resolve();
  let refusal: { cause: unknown } | null = null;

  function output(kind: OutputKind, text: string): Promise<void> | undefined {
    if (refusal !== null) throw refusal.cause;
    if (gathered !== null && gathered.kind !== kind) writeGathered();
    gathered = { kind, text: (gathered?.text ?? '') + text };
    if (window === null) {
      writeGathered();
      openWindow();
    } else if (gathered.text.length >= FLUSH_UNITS) {
      writeGathered();
    }
    return backlog > BACKLOG_UNITS ? committed : undefined;
  }

  /** While the window is open, output is gathered; it reopens as long as there was some. */
  function openWindow() {
    window = setTimeout(() => {
      window = null;
      if (gathered === null) return;
      writeGathered();
      openWindow();
    }, coalesceMs);
  }

  function closeWindow() {
    if (window !== null) clearTimeout(window);
    window = null;
  }

  function writeGathered() {
    if (gathered === null) return;
    const { kind, text } = gathered;
    gathered = null;
    const offset = offsets[kind];
    offsets[kind] += text.length;
    backlog += text.length;
    void write({ type: kind, offset, text }).then(() => {
      backlog -= text.length;
    });
  }

  /** Appends in order. Never rejects: a refusal is kept for the next caller to throw. */
  function write(event: RunEventBody): Promise<number> {
    const written = committed.then(() => append(event));
    committed = written.then(() => {});
    return written;
  }

  /** A refused event takes no number, so that the end, which is never refused for room, fits on. */
  async function append(event: RunEventBody): Promise<number> {
    if (refusal === null) {
      try {
        await log.append(runId, fencing, [{ ...event, seq }]);
        seq += 1;
      } catch (cause) {
        refusal = { cause };
      }
    }
    return seq - 1;
  }

  async function writeThrough(event: RunEventBody): Promise<number> {
    const written = await write(event);
    if (refusal !== null) throw refusal.cause;
    return written;
  }

  return {
    async started(model) {
      await writeThrough({ type: 'started', model });
    },
    output,
    async flush() {
      writeGathered();
      await committed;
      if (refusal !== null) throw refusal.cause;
    },
    async reset(reset) {
      closeWindow();
      gathered = null;
      offsets = { text: 0, reasoning: 0 };
      await writeThrough({ type: 'reset', ...reset });
    },
    cut(cut) {
      writeGathered();
      return writeThrough(cut);
    },
    async ended(end) {
      closeWindow();
      writeGathered();
      await committed;
      // A log that was full still takes the end: without it, listeners would wait for ever.
      refusal = null;
      await writeThrough({ type: 'ended', end });
    },
  };
}
