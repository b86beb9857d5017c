import type { Clock } from '../../domain/clock.ts';
import type { Channels } from '../../redis/channels.ts';
import { onReconnected, type RedisClient } from '../../redis/client.ts';
import { withoutArguments } from '../../redis/errors.ts';
import { pairsOf } from '../../redis/pairs.ts';
import { defineScript } from '../../redis/script.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { knownStandings } from './known-standings.ts';
import {
  type ChangedExperiment,
  type Experiment,
  type ExperimentChange,
  type Experiments,
  ExperimentsUnavailable,
} from './port.ts';
import { changed } from './standing.ts';
import { parseStandings, printStanding, stampOf } from './stored-standings.ts';

/** In the key. Raised when what is stored can no longer be read. */
const VERSION = 1;

/** So often others may come first with a change of the same experiment. */
const MAX_ATTEMPTS = 20;

/** Sets a field that holds what it is expected to, nothing for ''. That nobody may be told does not undo it. */
const swap = defineScript(`
local swapped = 0
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') == ARGV[2] then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
  redis.pcall('PUBLISH', ARGV[4], '')
  swapped = 1
end
return {swapped, redis.call('HGETALL', KEYS[1])}
`);

/** Writes fields again, each unless the stored one is as late. */
const restore = defineScript(`
for i = 1, #ARGV, 3 do
  local stored = redis.call('HGET', KEYS[1], ARGV[i]) or ''
  local stamp = tonumber(string.match(stored, '^%d+ ') or '') or 0
  if stamp < tonumber(ARGV[i + 1]) then redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 2]) end
end
return redis.call('HGETALL', KEYS[1])
`);

const NOT_CONFIRMED =
  'Redis did not confirm the change. Look how the experiment stands before it is sent again.';

/** By the key of the experiment. */
type Fields = ReadonlyMap<string, string>;

/**
 * Experiments of all processes that share a Redis (6.2 or later), which stand as long as Redis keeps its data. They are
 * one hash, `<keyPrefix>experiments:<version>`, with a field for each experiment that was ever started.
 *
 * - A process reads them when it is connected, when it hears of a change, and every `lookEveryMs` in case it did not
 *   hear. Until it has read them once none was ever started.
 * - While Redis is away, they stay as they were, and `change` rejects.
 * - When Redis has lost one, by a restart or an eviction, a process that knows it writes it again: each field bears a
 *   stamp that rises with its changes, and the later one wins. To take the hash away is therefore no way to stop
 *   experiments; `change` is.
 * - What stands of experiments that are set up no more, or only for other processes yet, is kept.
 *
 * @param options.experiments those that are set up
 * @param options.redis for commands that fail fast; not closed by this
 * @param options.channels not closed by this
 */
export function redisExperiments(options: {
  experiments: () => readonly Experiment[];
  redis: RedisClient;
  channels: Channels;
  keyPrefix: string;
  lookEveryMs: number;
  clock: Clock;
  logger: Logger;
}): Experiments & AsyncDisposable {
  const { redis, clock, logger } = options;
  const key = `${options.keyPrefix}experiments:${VERSION}`;
  const known = knownStandings(options);
  const warnOfUnreadable = unreadableWarning(logger);
  /** What was last read. */
  let fields: Fields = new Map();
  let looking = 0;
  let failing = false;

  async function read(): Promise<void> {
    const stored = new Map(Object.entries(await redis.hgetall(key)));
    const lost = [...fields].filter(([name, text]) => isLater(text, stored.get(name)));
    if (lost.length === 0) return take(stored);
    const args = lost.flatMap(([name, text]) => [name, stampOf(text), text]);
    take(toFields(await restore(redis, [key], args)));
  }

  function take(stored: Fields): void {
    fields = stored;
    const { standings, unreadable } = parseStandings(stored);
    warnOfUnreadable(unreadable);
    known.take(standings);
  }

  async function look(): Promise<void> {
    looking += 1;
    try {
      await read();
      if (failing) logger.info({}, 'experiments are read from Redis again');
      failing = false;
    } catch (thrown) {
      const error = withoutArguments(thrown);
      if (!failing) logger.warn({ error }, 'experiments not read from Redis, they stay');
      failing = true;
    } finally {
      looking -= 1;
    }
  }

  /** Null: others came first. */
  async function attempt(
    name: string,
    change: ExperimentChange,
    before: ChangedExperiment['experiment'],
  ): Promise<ChangedExperiment | null> {
    const now = clock.now();
    const standing = changed(before, before.standing, change, now);
    if (standing === before.standing) return { experiment: before, happened: false };
    const expected = fields.get(name) ?? '';
    const text = printStanding(Math.max(stampOf(expected) + 1, now), standing);
    const reply = await swap(redis, [key], [name, expected, text, key]);
    const [swapped, stored] = reply as [number, readonly string[]];
    take(toFields(stored));
    return swapped === 1 ? { experiment: { ...before, standing }, happened: true } : null;
  }

  async function change(name: string, wish: ExperimentChange): Promise<ChangedExperiment | null> {
    // What Redis has lost must be there again first, or the change would be applied to nothing.
    await read();
    for (let attempts = 0; attempts < MAX_ATTEMPTS; attempts += 1) {
      const before = known.find(name);
      if (before === null) return null;
      const done = await attempt(name, wish, before);
      if (done !== null) return done;
    }
    throw new Error('Others changed the experiment each time.');
  }

  const lookAgain = () => void look();
  const stopListening = options.channels.listen(key, lookAgain);
  const stopWatching = onReconnected(redis, lookAgain);
  if (redis.status === 'ready') lookAgain();
  const timer = setInterval(() => {
    if (redis.status === 'ready' && looking === 0) lookAgain();
  }, options.lookEveryMs);
  timer.unref();

  return {
    current: known.current,
    async change(name, wish) {
      if (known.find(name) === null) return null;
      try {
        return await change(name, wish);
      } catch (thrown) {
        const error = withoutArguments(thrown);
        logger.warn({ error, experiment: name }, 'experiment not changed in Redis');
        throw new ExperimentsUnavailable(NOT_CONFIRMED, { cause: error });
      }
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      stopListening();
      stopWatching();
    },
  };
}

/** Warns once of the experiments that cannot be read, until there are others. */
function unreadableWarning(logger: Logger): (experiments: readonly string[]) => void {
  let told = '';
  return (experiments) => {
    const these = experiments.join(' ');
    if (these !== '' && these !== told) {
      logger.warn(
        { experiments },
        'experiments in Redis stand in no valid way, so nobody is assigned',
      );
    }
    told = these;
  };
}

function isLater(text: string, stored: string | undefined): boolean {
  return stampOf(text) > stampOf(stored);
}

function toFields(reply: unknown): Fields {
  return new Map(pairsOf(reply as readonly string[]));
}
