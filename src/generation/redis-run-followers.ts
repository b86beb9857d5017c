import type { Channels } from '../redis/channels.ts';
import type { RedisClient } from '../redis/client.ts';
import { oneAtATime } from '../redis/one-at-a-time.ts';
import { defineScript } from '../redis/script.ts';
import type { Sealer } from '../redis/sealing.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { MemoryRunLog } from './memory-run-log.ts';
import { rangeOfEvents } from './redis-run-events.ts';
import { KEEP_RUNNING_MS, runKeys, wakeChannel } from './redis-run-keys.ts';
import type { RunId } from './run-id.ts';
import { type RunEvent, RunLost, RunUnknown } from './run-log.ts';

const EVENTS_PER_RANGE = 500;
/** A wake-up may be lost, so that a run that is silent is looked at all the same. */
const LOOK_AFTER_MS = 1_000;
/** How long a run is followed after its last reader. */
const LINGER_MS = 1_000;
/** How long the copy of a run is kept that nobody reads, before it has ended: its reader may become its writer. */
const KEEP_COPY_MS = 10_000;

/** Appends to the run wake the process from now on; answers 0 when there is no such run, or its log was erased. */
const announceFollower = defineScript(`
local state, listening, events = unpack(KEYS)
if redis.call('EXISTS', state) == 0 then return 0 end
if redis.call('HEXISTS', state, 'ended') == 1 and redis.call('EXISTS', events) == 0 then return 0 end
redis.call('HSETNX', listening, ARGV[1], '')
redis.call('PEXPIRE', listening, ARGV[2])
return 1
`);

/** The runs of other processes that somebody here reads, each copied once into this process. */
export type RunFollowers = AsyncDisposable & {
  /**
   * Copies the run for one more reader, who calls the result in the end. Resolves when the run can be read; rejects
   * with RunUnknown when there is none.
   */
  enter(runId: RunId): Promise<() => void>;
  /** Copies what Redis has of the run by now. */
  catchUp(runId: RunId): Promise<void>;
};

type Followed = {
  readonly runId: RunId;
  readers: number;
  /** Of the last event that was copied. */
  seq: number;
  /** Resolves when appends to the run wake this process. */
  announced: Promise<void>;
  /** Resolves when the first event is here; rejects when the run is given up. */
  readonly begun: PromiseWithResolvers<void>;
  /** When it was last found in Redis, on `performance.now`. */
  foundAt: number;
  /** Copies what came since the last time. */
  readonly copy: () => Promise<void>;
  readonly looking: NodeJS.Timeout;
};

/**
 * @param options.lostAfterMs how long a run may be away, with Redis or without it, before its readers hear RunLost
 * @param options.isOwn whether this process writes the run, so that it is not copied
 */
export function followRuns(options: {
  redis: RedisClient;
  channels: Channels;
  keyPrefix: string;
  sealer: Sealer;
  processId: string;
  lostAfterMs: number;
  local: MemoryRunLog;
  isOwn: (runId: RunId) => boolean;
  logger: Logger;
}): RunFollowers {
  const { redis, channels, keyPrefix, processId, lostAfterMs, local, isOwn, logger } = options;
  const followed = new Map<RunId, Followed>();

  async function enter(runId: RunId): Promise<() => void> {
    const known = followed.get(runId);
    const run = known ?? begin(runId);
    run.readers += 1;
    try {
      // One that is followed already is woken for all that comes.
      if (known === undefined) await run.copy();
      await run.begun.promise;
      return () => leave(run);
    } catch (error) {
      run.readers -= 1;
      // Others may wait for it: it is looked at until they have what they wait for, or it is given up.
      if (run.readers === 0) drop(run);
      throw error instanceof RunUnknown || error instanceof RunLost ? error : new RunLost();
    }
  }

  function begin(runId: RunId): Followed {
    const run: Followed = {
      runId,
      readers: 0,
      seq: local.lastEvent(runId)?.seq ?? -1,
      announced: announce(runId),
      begun: Promise.withResolvers(),
      foundAt: performance.now(),
      copy: oneAtATime(() => copy(run)),
      looking: setInterval(() => void look(run), LOOK_AFTER_MS),
    };
    // Whoever copies hears of it.
    run.announced.catch(() => {});
    run.begun.promise.catch(() => {});
    if (run.seq >= 0) run.begun.resolve();
    followed.set(runId, run);
    return run;
  }

  async function announce(runId: RunId) {
    const { state, listening, events } = runKeys(keyPrefix, runId);
    await channels.ready(AbortSignal.timeout(LOOK_AFTER_MS));
    const keys = [state, listening, events];
    const isKnown = await announceFollower(redis, keys, [processId, KEEP_RUNNING_MS]);
    if (isKnown !== 1) throw new RunUnknown();
  }

  /** Who reads a run once often reads it again at once. */
  function leave(run: Followed) {
    run.readers -= 1;
    if (run.readers > 0) return;
    setTimeout(() => {
      if (run.readers === 0) drop(run);
    }, LINGER_MS).unref();
  }

  function drop(run: Followed) {
    const { runId } = run;
    clearInterval(run.looking);
    if (followed.get(runId) === run) followed.delete(runId);
    setTimeout(() => {
      // A part of a run is of no use to who comes later.
      if (!followed.has(runId) && !isOwn(runId)) local.lose(runId, new RunUnknown());
    }, KEEP_COPY_MS).unref();
  }

  async function copy(run: Followed) {
    // What was there before is copied after, so that nothing falls between.
    await run.announced;
    const { events: key } = runKeys(keyPrefix, run.runId);
    for (;;) {
      const events = await rangeOfEvents(options, key, run.seq, EVENTS_PER_RANGE).catch(
        (error: Error) => {
          // What cannot be opened now cannot be opened the next time either.
          if (error instanceof RunUnknown) giveUp(run, error);
          throw error;
        },
      );
      if (events.length > 0) take(run, events);
      if (events.length < EVENTS_PER_RANGE) return;
    }
  }

  function take(run: Followed, events: readonly RunEvent[]) {
    if (isOwn(run.runId)) return;
    // An earlier copy, whose readers have left, may have brought some of them by now.
    const known = local.lastEvent(run.runId)?.seq ?? -1;
    const news = events.filter(({ seq }) => seq > known);
    try {
      if (news.length > 0) local.assertTakes(run.runId, news);
      local.take(run.runId, news);
    } catch (error) {
      giveUp(run, error as Error);
      throw error;
    }
    run.seq = events.at(-1)?.seq ?? run.seq;
    run.foundAt = performance.now();
    run.begun.resolve();
  }

  async function look(run: Followed) {
    const isNews = performance.now() - run.foundAt < LOOK_AFTER_MS;
    if (isNews || isOwn(run.runId) || local.hasEnded(run.runId)) return;
    try {
      run.announced = announce(run.runId);
      run.announced.catch(() => {});
      await run.copy();
      // One without an event was lost by its owner before it began, or by Redis.
      if (run.seq >= 0) run.foundAt = performance.now();
    } catch (error) {
      logger.debug({ error, runId: run.runId }, 'run of another process cannot be read');
    }
    if (performance.now() - run.foundAt > lostAfterMs) giveUp(run, new RunLost());
  }

  function giveUp(run: Followed, reason: Error) {
    run.begun.reject(reason);
    local.lose(run.runId, reason);
  }

  function hear(message: string) {
    const [word, runId = ''] = message.split(' ');
    const run = word === 'log' ? followed.get(runId) : undefined;
    if (run !== undefined) run.copy().catch(() => {});
  }
  const stopHearing = channels.listen(wakeChannel(keyPrefix, processId), hear);

  return {
    enter,
    async catchUp(runId) {
      const isNew = !followed.has(runId);
      const leaveRun = await enter(runId);
      try {
        if (!isNew) await followed.get(runId)?.copy();
      } catch {
        throw new RunLost();
      } finally {
        leaveRun();
      }
    },
    async [Symbol.asyncDispose]() {
      stopHearing();
      for (const run of followed.values()) {
        clearInterval(run.looking);
        giveUp(run, new RunLost());
      }
      followed.clear();
    },
  };
}
