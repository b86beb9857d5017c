import type { Clock } from '../domain/clock.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Channels } from './channels.ts';
import type { RedisClient } from './client.ts';
import { answerOf } from './errors.ts';
import { createGuard } from './guard.ts';
import { oneAtATime } from './one-at-a-time.ts';

/** So many changes are kept, and up to a hundred more: a process that was away for longer hears of a gap. */
const KEPT = 10_000;
/** So many are read at once. */
const READ_AT_ONCE = 1_000;
/** How late a process is, at the most, that nobody wakes. */
const LOOK_EVERY_MS = 250;

const NO_CHANGE: readonly string[] = [];

type StreamEntry = readonly [id: string, fields: readonly string[]];

/** What processes tell each other in the order in which they tell it, and never so that one misses it unawares. */
export type ChangeStream = AsyncDisposable & {
  /**
   * Resolves when every other process will hear it, or hear of a gap, and rejects when that is not known.
   *
   * @param urgent others are woken for it; else they come to it within a quarter of a second
   */
  tell(change: string, urgent: boolean): Promise<void>;
  /** There is one follower, from now to disposal. */
  follow(follower: ChangeFollower): void;
  /** Resolves when the follower has heard all that was told before, and rejects when that cannot be read. */
  catchUp(): Promise<void>;
};

export type ChangeFollower = {
  /** Another process has told it. */
  onChange(change: string): void;
  /**
   * Changes were missed, and those that come next were told later. Comes once at the start, too. The next change waits
   * until it resolves; when it rejects it comes again.
   */
  onGap(): void | Promise<void>;
};

/**
 * One stream in Redis (6.2 or later). A process reads on from the last entry that it has read, which it reads again: when
 * that is not there any more, others after it may be gone as well, because the stream was trimmed meanwhile or Redis has
 * lost it. So nobody has to know why, and neither counts nor clocks are compared.
 *
 * A process looks every quarter of a second, and when it is woken. While Redis is away nothing is
 * heard; that is logged once, as is its end.
 *
 * @param options.redis for commands that fail fast; not closed by this
 * @param options.channels of the same Redis, not closed by this; null: nobody is woken
 * @param options.key of the stream, and the name of the channel
 * @param options.processId no other process has it
 * @param options.timeoutMs after so long without an answer `tell` rejects
 * @param options.what what is told, for the log
 */
export function redisChangeStream(options: {
  redis: RedisClient;
  channels: Channels | null;
  key: string;
  processId: string;
  timeoutMs: number;
  what: string;
  clock: Clock;
  logger: Logger;
}): ChangeStream {
  const { redis, channels, key, processId, what, logger } = options;
  const guard = createGuard({ ...options, name: 'redis', whenAway: 'no changes are told' });
  /** The id of the last entry that was read; null: a gap has to be told of. */
  let readTo: string | null = null;
  let follower: ChangeFollower | null = null;
  let failing = false;
  let stopFollowing = () => {};

  /** An entry without a change is only there to be read on from. */
  function add(change: readonly string[]): Promise<string | null> {
    const fields = ['by', processId, ...change];
    return answerOf(redis.xadd(key, 'MAXLEN', '~', KEPT, '*', ...fields));
  }

  async function beginAnew(to: ChangeFollower): Promise<void> {
    const [last] = await answerOf(redis.xrevrange(key, '+', '-', 'COUNT', 1));
    const end = last?.[0] ?? (await add(NO_CHANGE));
    if (follower === null) return;
    await to.onGap();
    readTo = end;
  }

  async function readOn(to: ChangeFollower, from: string): Promise<void> {
    const read = await answerOf(redis.xrange(key, from, '+', 'COUNT', READ_AT_ONCE));
    if (follower === null) return;
    const [first, ...news] = read;
    if (first?.[0] !== from) {
      readTo = null;
      return;
    }
    hear(to, news);
    readTo = news.at(-1)?.[0] ?? from;
    if (read.length === READ_AT_ONCE) await readOn(to, readTo);
  }

  function hear(to: ChangeFollower, news: readonly StreamEntry[]) {
    for (const [, fields] of news) {
      const change = changeOf(fields, processId);
      if (change !== null) to.onChange(change);
    }
  }

  const look = oneAtATime(async () => {
    if (follower === null) return;
    try {
      if (readTo !== null) await readOn(follower, readTo);
      // Once a look: a stream that is lost again and again keeps nobody busy.
      if (readTo === null) await beginAnew(follower);
      if (failing) logger.info({}, `${what} are read from Redis again`);
      failing = false;
    } catch (error) {
      if (!failing && follower !== null) logger.warn({ error }, `${what} not read from Redis`);
      failing = true;
      throw error;
    }
  });

  function lookIfConnected() {
    if (redis.status === 'ready') look().catch(lookLater);
  }

  return {
    async tell(change, urgent) {
      await guard.run(() => add(['change', change]));
      if (urgent && channels !== null) redis.publish(key, '').catch(lookLater);
    },
    follow(to) {
      follower = to;
      const stopListening = channels?.listen(key, lookIfConnected);
      const timer = setInterval(lookIfConnected, LOOK_EVERY_MS);
      timer.unref();
      stopFollowing = () => {
        clearInterval(timer);
        stopListening?.();
      };
      lookIfConnected();
    },
    catchUp: look,
    async [Symbol.asyncDispose]() {
      follower = null;
      stopFollowing();
    },
  };
}

/** Null for what this process has told itself, and for what is no change. */
function changeOf(fields: readonly string[], processId: string): string | null {
  const [by, teller, named, change = null] = fields;
  return by === 'by' && teller !== processId && named === 'change' ? change : null;
}

/** The next look is soon. */
function lookLater(): void {}
