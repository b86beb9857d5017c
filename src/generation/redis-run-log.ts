import { memoryRunLog } from './memory-run-log.ts';
import type { GuardedPeersOptions } from './redis-peers-options.ts';
import { eraseRuns } from './redis-run-erasing.ts';
import { appendEvents, highestToken } from './redis-run-events.ts';
import { followRuns } from './redis-run-followers.ts';
import { runKeys } from './redis-run-keys.ts';
import type { RunId } from './run-id.ts';
import {
  type FencingToken,
  type RunEvent,
  type RunLog,
  RunLogFenced,
  RunLost,
  type RunReset,
} from './run-log.ts';

/** How often Redis is offered again what it did not take. */
const OFFER_AGAIN_MS = 1_000;

/** A run that this process writes. */
type OwnRun = {
  readonly id: RunId;
  readonly fencing: FencingToken;
  /** The seq that comes next in Redis, as far as this process knows; what it holds from there on is not there yet. */
  due: number;
  /** What is being written; the next waits for it. */
  writing: Promise<unknown>;
};

export type RedisRunLogOptions = Omit<GuardedPeersOptions, 'leaseMs' | 'timeoutMs'> & {
  /** How long the run of another process may be out of reach. */
  readonly lostAfterMs: number;
};

/**
 * Run logs in Redis (6.2 or later), one stream a run: any process reads what one of them writes.
 *
 * This process holds every run that it writes or reads in memory as well, and its readers read there, however many
 * they are: Redis is asked once a process. What this process writes it holds only once Redis has it, so that no
 * reader is ahead of Redis; but for the first event, which whoever claims a run writes to Redis (redis-run-claims.ts)
 * and which goes along with the next in case that he could not. While Redis is away a run goes on in memory alone, for
 * the readers of this process; when Redis is back, empty or not, it gets what it lacks.
 */
export function redisRunLog(options: RedisRunLogOptions): RunLog {
  const { redis, guard, logger } = options;
  const local = memoryRunLog(options);
  const own = new Map<RunId, OwnRun>();
  const following = followRuns({ ...options, local, isOwn: (runId) => own.has(runId) });
  let away = false;

  async function append(runId: RunId, fencing: FencingToken, events: readonly RunEvent[]) {
    const held = own.get(runId);
    if (held !== undefined && fencing < held.fencing) throw new RunLogFenced();
    const run = held?.fencing === fencing ? held : await takeUp(runId, fencing, events[0]);
    try {
      await inOrder(run, async () => {
        // Nothing may be kept in Redis that is refused here.
        if (!wasReadAlready(runId, events)) assertTakes(runId, events);
        if (!isStart(events)) await commit(run, events);
        local.take(runId, events);
      });
    } finally {
      letGo(run);
    }
  }

  /** A take-over is in Redis before it is told to this log: who still follows the run may have read it there. */
  function wasReadAlready(runId: RunId, [first]: readonly RunEvent[]): boolean {
    return isTakeOver(first) && (local.lastEvent(runId)?.seq ?? -1) >= first.seq;
  }

  /**
   * What is here already, although this process has not written it, was written by another owner. It may have the same
   * token, where Redis forgot that it was given away.
   */
  function assertTakes(runId: RunId, events: readonly RunEvent[]) {
    const last = local.lastEvent(runId);
    const [first] = events;
    if (first !== undefined && last !== null && last.seq >= first.seq) throw fenced(runId);
    local.assertTakes(runId, events);
  }

  function fenced(runId: RunId): RunLogFenced {
    own.delete(runId);
    return new RunLogFenced();
  }

  /** From here on this process writes the run. What others have written of it is here before. */
  async function takeUp(runId: RunId, fencing: FencingToken, first: RunEvent | undefined) {
    own.delete(runId);
    // Whoever takes a run over has read it before.
    if (first?.seq !== 0 && !isTakeOver(first)) await catchUp(runId, fencing);
    const due = first?.seq ?? 0;
    const run: OwnRun = { id: runId, fencing, due, writing: Promise.resolve() };
    own.set(runId, run);
    return run;
  }

  async function catchUp(runId: RunId, fencing: FencingToken) {
    const { state } = runKeys(options.keyPrefix, runId);
    const highest = await highestToken(redis, state).catch(() => {
      throw new RunLost();
    });
    // What comes too late must not be measured by what others have written since.
    if (highest > fencing) throw new RunLogFenced();
    await following.catchUp(runId);
  }

  function inOrder(run: OwnRun, write: () => Promise<void>): Promise<void> {
    const written = run.writing.then(write);
    run.writing = written.catch(() => {});
    return written;
  }

  /** Brings to Redis what it lacks of the run, then `events`. Only a newer owner makes it throw. */
  async function commit(run: OwnRun, events: readonly RunEvent[]): Promise<void> {
    const { id: runId, fencing } = run;
    // Once more when Redis has less than this process thought, because it came back without it.
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const missing = [...local.eventsAfter(runId, run.due - 1), ...events];
      const last = missing.at(-1);
      if (last === undefined) return;
      const call = () => appendEvents(redis, { ...options, runId, fencing }, missing);
      const due = await guard.run(call).catch(goesOnAlone);
      if (due === undefined) return;
      tellAway(null);
      if (due === null) throw fenced(runId);
      run.due = due;
      if (due > last.seq) return;
    }
  }

  function goesOnAlone(error: unknown): undefined {
    tellAway(error);
  }

  /** Says so once each. */
  function tellAway(error: unknown) {
    const isAway = error !== null;
    if (isAway === away) return;
    away = isAway;
    if (away) logger.warn({ error }, 'redis takes no events: answers go on for this process alone');
    else logger.info({}, 'redis takes events again');
  }

  async function* read(runId: RunId, afterSeq: number, signal: AbortSignal) {
    if (own.has(runId) || local.hasEnded(runId)) {
      return yield* local.read(runId, afterSeq, signal);
    }
    const leave = await following.enter(runId);
    try {
      yield* local.read(runId, afterSeq, signal);
    } finally {
      leave();
    }
  }

  async function lastSeq(runId: RunId): Promise<number> {
    const run = own.get(runId);
    // Others may have read by now what Redis has just taken, and it is here when the answer is.
    if (run !== undefined) await run.writing;
    else if (!local.hasEnded(runId)) await following.catchUp(runId);
    return local.lastSeq(runId);
  }

  /** Offers Redis what it did not take while it was away. */
  function offerAgain() {
    for (const run of own.values()) {
      if (local.eventsAfter(run.id, run.due - 1).length > 0) void offer(run);
    }
  }

  /** Offers Redis the last event of each run, to find out whether it came back with less. */
  function offerLast() {
    for (const run of own.values()) {
      run.due = Math.min(run.due, local.lastEvent(run.id)?.seq ?? 0);
      void offer(run);
    }
  }

  async function offer(run: OwnRun) {
    try {
      await inOrder(run, () => commit(run, []));
    } catch (error) {
      logger.debug({ error, runId: run.id }, 'run belongs to another process by now');
    }
    letGo(run);
  }

  /** A run that is over is not offered any more when Redis has all of it, or nobody has. */
  function letGo(run: OwnRun) {
    const last = local.lastEvent(run.id);
    const isOver = last === null || (last.type === 'ended' && run.due > last.seq);
    if (isOver && own.get(run.id) === run) own.delete(run.id);
  }

  function forget(runIds: readonly RunId[]) {
    for (const runId of runIds) own.delete(runId);
    local.forget(runIds);
  }

  const offering = setInterval(offerAgain, OFFER_AGAIN_MS);
  const stopHearing = options.onReconnected(offerLast);

  return {
    append,
    read,
    lastSeq,
    giveAway: (runId) => void own.delete(runId),
    held: (scope) => local.held(scope),
    forget,
    erase: (scope) => eraseRuns(options, scope),
    describe: () => local.describe(),
    async [Symbol.asyncDispose]() {
      clearInterval(offering);
      stopHearing();
      await following[Symbol.asyncDispose]();
      await local[Symbol.asyncDispose]();
    },
  };
}

/** Written by the claim. */
function isStart(events: readonly RunEvent[]): boolean {
  return events.length === 1 && events[0]?.type === 'started';
}

function isTakeOver(event: RunEvent | undefined): event is RunEvent & RunReset {
  return event?.type === 'reset' && event.cause === 'takeOver';
}
