import type { Clock } from '../domain/clock.ts';
import type { DataScope } from '../tenancy/data-scope.ts';
import { isRunIn } from './run-id.ts';
import {
  dueFor,
  type FencingToken,
  type RunEvent,
  type RunLog,
  RunLogFenced,
  RunLogFull,
  RunUnknown,
} from './run-log.ts';

/** Merged texts stay below this many UTF-16 units, so that one late reader does not get one huge event. */
const MERGE_LIMIT = 16_384;
const EVENT_OVERHEAD_BYTES = 120;

type Log = {
  readonly id: string;
  readonly events: RunEvent[];
  readonly readers: Set<Reader>;
  fencing: FencingToken;
  bytes: number;
  /** Set once, by the clock's time of day; null while the run goes on. */
  endedAt: number | null;
  /** What readers are told once it is not kept any more; null while it is. */
  dropped: Error | null;
};

type Reader = { wake: () => void };

/** A log that can stand in front of another: what is in that one is held here for the readers of this process. */
export type MemoryRunLog = RunLog & {
  /** The events after `afterSeq` as they were appended, none of them merged; none of a run that is unknown. */
  eventsAfter(runId: string, afterSeq: number): readonly RunEvent[];
  /** Null for a run that is unknown. */
  lastEvent(runId: string): RunEvent | null;
  hasEnded(runId: string): boolean;
  /** Throws what `append` would, had these events been written by the owner that the log has. */
  assertTakes(runId: string, events: readonly RunEvent[]): void;
  /** Appends what the other log has committed, whoever wrote it; what is here already is passed over. */
  take(runId: string, events: readonly RunEvent[]): void;
  /** Drops a run that goes on; whoever reads it hears `reason`. */
  lose(runId: string, reason: Error): void;
};

/**
 * Run logs within this process.
 *
 * @param options.maxBytes bound over all logs; ended ones make room, the first to end first
 * @param options.keepMs how long an ended log can still be read
 */
export function memoryRunLog(options: {
  maxBytes: number;
  keepMs: number;
  clock: Clock;
}): MemoryRunLog {
  const logs = new Map<string, Log>();
  /** In the order in which they ended. */
  const endedLogs = new Set<Log>();
  let bytes = 0;

  async function append(runId: string, fencing: FencingToken, events: readonly RunEvent[]) {
    dropExpired();
    const log = logs.get(runId) ?? newLog(runId, fencing, events[0]);
    if (fencing < log.fencing) throw new RunLogFenced();
    assertGoesOn(log, events);
    assertRoom(events);
    log.fencing = fencing;
    write(log, events);
  }

  function assertGoesOn(log: Log, events: readonly RunEvent[]) {
    if (log.endedAt !== null) throw new RunLogFenced();
    assertContiguous(log, events);
  }

  function assertRoom(events: readonly RunEvent[]) {
    const last = events.at(-1)?.type;
    if (makeRoom(sizeOfAll(events)) || last === 'ended' || last === 'cut') return;
    throw new RunLogFull();
  }

  function write(log: Log, events: readonly RunEvent[]) {
    const size = sizeOfAll(events);
    logs.set(log.id, log);
    log.events.push(...events);
    log.bytes += size;
    bytes += size;
    if (events.at(-1)?.type === 'ended') {
      log.endedAt = options.clock.now();
      endedLogs.add(log);
    }
    for (const reader of log.readers) reader.wake();
  }

  async function* read(runId: string, afterSeq: number, signal: AbortSignal) {
    dropExpired();
    const log = logs.get(runId);
    if (log === undefined) throw new RunUnknown();

    const reader: Reader = { wake: () => {} };
    const onAbort = () => reader.wake();
    signal.addEventListener('abort', onAbort);
    log.readers.add(reader);
    try {
      let event = await nextEvent(log, reader, afterSeq, signal);
      while (event !== undefined) {
        yield event;
        event = await nextEvent(log, reader, event.seq, signal);
      }
    } finally {
      log.readers.delete(reader);
      signal.removeEventListener('abort', onAbort);
    }
  }

  function makeRoom(size: number): boolean {
    for (const log of endedLogs) {
      if (bytes + size <= options.maxBytes) break;
      drop(log);
    }
    return bytes + size <= options.maxBytes;
  }

  function dropExpired() {
    const oldestKept = options.clock.now() - options.keepMs;
    for (const log of endedLogs) {
      if (log.endedAt !== null && log.endedAt > oldestKept) return;
      // Whoever reads it now is not cut short; the bound on bytes still holds.
      if (log.readers.size === 0) drop(log);
    }
  }

  function drop(log: Log, reason: Error = new RunUnknown()) {
    log.dropped = reason;
    endedLogs.delete(log);
    logs.delete(log.id);
    bytes -= log.bytes;
    for (const reader of log.readers) reader.wake();
  }

  function held(scope: DataScope): readonly string[] {
    return [...logs.keys()].filter((runId) => isRunIn(runId, scope));
  }

  function forget(runIds: readonly string[]) {
    for (const runId of runIds) {
      const log = logs.get(runId);
      if (log !== undefined) drop(log);
    }
  }

  return {
    append,
    read,
    held,
    forget,
    // Nothing lies elsewhere.
    async erase() {},
    async lastSeq(runId) {
      dropExpired();
      const last = logs.get(runId)?.events.at(-1);
      if (last === undefined) throw new RunUnknown();
      return last.seq;
    },
    eventsAfter(runId, afterSeq) {
      const events = logs.get(runId)?.events ?? [];
      return events.slice(indexAfter(events, afterSeq));
    },
    assertTakes(runId, events) {
      dropExpired();
      assertGoesOn(logs.get(runId) ?? newLog(runId, 0, events[0]), events);
      assertRoom(events);
    },
    take(runId, all) {
      const known = logs.get(runId)?.events.at(-1)?.seq ?? -1;
      const events = all.filter(({ seq }) => seq > known);
      if (events.length === 0) return;
      const log = logs.get(runId) ?? newLog(runId, 0, events[0]);
      assertGoesOn(log, events);
      makeRoom(sizeOfAll(events));
      write(log, events);
    },
    lastEvent: (runId) => logs.get(runId)?.events.at(-1) ?? null,
    hasEnded: (runId) => (logs.get(runId)?.endedAt ?? null) !== null,
    lose(runId, reason) {
      const log = logs.get(runId);
      if (log !== undefined && log.endedAt === null) drop(log, reason);
    },
    giveAway() {},
    describe() {
      let readers = 0;
      for (const log of logs.values()) readers += log.readers.size;
      return { running: logs.size - endedLogs.size, ended: endedLogs.size, bytes, readers };
    },
    async [Symbol.asyncDispose]() {
      for (const log of [...logs.values()]) drop(log);
    },
  };
}

/** Waits for the event after `afterSeq`; undefined when none will come, or the reader has left. */
async function nextEvent(log: Log, reader: Reader, afterSeq: number, signal: AbortSignal) {
  while (!signal.aborted) {
    if (log.dropped !== null) throw log.dropped;
    const event = nextMerged(log.events, afterSeq);
    if (event !== undefined || log.endedAt !== null) return event;
    await new Promise<void>((resolve) => {
      reader.wake = resolve;
    });
  }
  return undefined;
}

/** Not yet one of the logs: it becomes one when its first events find room. */
function newLog(id: string, fencing: FencingToken, first: RunEvent | undefined): Log {
  if (first?.seq !== 0) throw new RunUnknown();
  return {
    id,
    events: [],
    readers: new Set(),
    fencing,
    bytes: 0,
    endedAt: null,
    dropped: null,
  };
}

function assertContiguous(log: Log, events: readonly RunEvent[]) {
  let expected = (log.events.at(-1)?.seq ?? -1) + 1;
  for (const event of events) {
    // Whoever took over may have had less of the log than this one has, but not more.
    if (dueFor(event) > expected || event.seq < expected) {
      throw new RangeError(`Run ${log.id}: event ${event.seq} appended where ${expected} is due.`);
    }
    expected = event.seq + 1;
  }
}

/** The event after `afterSeq`, with the texts (or reasonings) that directly follow it merged in. */
function nextMerged(events: readonly RunEvent[], afterSeq: number): RunEvent | undefined {
  let index = indexAfter(events, afterSeq);
  const first = events[index];
  if (first === undefined || (first.type !== 'text' && first.type !== 'reasoning')) return first;

  let { seq, text } = first;
  for (;;) {
    index += 1;
    const next = events[index];
    if (next?.type !== first.type || text.length + next.text.length > MERGE_LIMIT) break;
    text += next.text;
    seq = next.seq;
  }
  return { ...first, seq, text };
}

/** Where the first event after `afterSeq` stands, or would. */
function indexAfter(events: readonly RunEvent[], afterSeq: number): number {
  // Only a take-over leaves numbers out: most logs have each event at the index of its seq.
  if (events[afterSeq]?.seq === afterSeq) return afterSeq + 1;
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((events[middle]?.seq ?? 0) <= afterSeq) low = middle + 1;
    else high = middle;
  }
  return low;
}

function sizeOfAll(events: readonly RunEvent[]): number {
  return events.reduce((sum, event) => sum + sizeOf(event), 0);
}

/** An estimate of what an event occupies in memory, in bytes: V8 keeps text in one or two bytes a unit. */
function sizeOf(event: RunEvent): number {
  const units = event.type === 'text' || event.type === 'reasoning' ? event.text.length : 0;
  return EVENT_OVERHEAD_BYTES + 2 * units;
}
