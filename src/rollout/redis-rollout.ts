import type { Clock } from '../domain/clock.ts';
import type { Channels } from '../redis/channels.ts';
import { onReconnected, type RedisClient } from '../redis/client.ts';
import { withoutArguments } from '../redis/errors.ts';
import { pairsOf } from '../redis/pairs.ts';
import { defineScript } from '../redis/script.ts';
import type { Logger } from '../telemetry/logger.ts';
import {
  type Rollout,
  type RolloutChanges,
  type RolloutSwitches,
  RolloutUnavailable,
} from './port.ts';
import { createStanding } from './standing.ts';
import { parseSwitches, printSwitch } from './stored-switches.ts';

/** In the key. Raised when what is stored can no longer be read. */
const VERSION = 1;

/**
 * Rises with each change, whatever the clocks of the processes say, so that it also tells which of two states is
 * the later one.
 */
const STAMP = 'changedAt';

const READ_STAMP = `
local stamp = tonumber(redis.call('HGET', KEYS[1], '${STAMP}') or '') or 0
`;

/** Sets the given fields, or drops those without a value. That nobody may be told does not undo it. */
const change = defineScript(`${READ_STAMP}
stamp = math.max(stamp + 1, tonumber(ARGV[1]))
redis.call('HSET', KEYS[1], '${STAMP}', string.format('%.0f', stamp))
for i = 3, #ARGV, 2 do
  if ARGV[i + 1] == '' then redis.call('HDEL', KEYS[1], ARGV[i])
  else redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
end
redis.pcall('PUBLISH', ARGV[2], '')
return redis.call('HGETALL', KEYS[1])
`);

/** Writes a state again, unless the stored one is as late. */
const restore = defineScript(`${READ_STAMP}
if stamp < tonumber(ARGV[1]) then
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], unpack(ARGV, 2))
end
return redis.call('HGETALL', KEYS[1])
`);

const NOT_CONFIRMED =
  'Redis did not confirm the change. It is made as a whole or not at all, and may be sent again.';

type Fields = Readonly<Record<string, string>>;

/**
 * Switches of all processes that share a Redis (6.2 or later), which stand as long as Redis keeps its data. They
 * are one hash, `<keyPrefix>rollout:<version>`, with a field for each switch that was changed.
 *
 * - A process reads them when it is connected, when it hears of a change, and every `lookEveryMs` in case it did not
 *   hear. Until it has read them once they stand as configured.
 * - While Redis is away, they stay as they were, and `change` rejects.
 * - When Redis has lost them, by a restart or an eviction, a process that knows them writes them again. To take
 *   the hash away is therefore no way to set them back; `change` with null is.
 *
 * @param options.redis for commands that fail fast; not closed by this
 * @param options.channels not closed by this
 */
export function redisRollout(options: {
  redis: RedisClient;
  channels: Channels;
  keyPrefix: string;
  lookEveryMs: number;
  configured: RolloutSwitches;
  clock: Clock;
  logger: Logger;
}): Rollout & AsyncDisposable {
  const { redis, clock, logger } = options;
  const key = `${options.keyPrefix}rollout:${VERSION}`;
  const standing = createStanding(options);
  /** What was last read. */
  let known: Fields = {};
  const warnOfUnreadable = unreadableWarning(logger);
  let looking = 0;
  let failing = false;

  async function read(): Promise<void> {
    const stored = await redis.hgetall(key);
    if (stampOf(stored) >= stampOf(known)) take(stored);
    else take(toFields(await restore(redis, [key], [stampOf(known), ...toList(known)])));
  }

  function take(stored: Fields) {
    known = stored;
    const { changed, unreadable } = parseSwitches(stored);
    warnOfUnreadable(unreadable);
    // Who changes them by hand leaves the stamp out.
    const changedAt = stampOf(stored) || standing.current().changedAt || clock.now();
    return standing.take(changed, changedAt);
  }

  async function look(): Promise<void> {
    looking += 1;
    try {
      await read();
      if (failing) logger.info({}, 'rollout switches are read from Redis again');
      failing = false;
    } catch (thrown) {
      const error = withoutArguments(thrown);
      if (!failing) logger.warn({ error }, 'rollout switches not read from Redis, they stay');
      failing = true;
    } finally {
      looking -= 1;
    }
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
    current: standing.current,
    async change(changes) {
      if (Object.keys(changes).length === 0) return standing.current();
      try {
        // What Redis has lost must be there again first, or this would be all that there is.
        await read();
        const args = [clock.now(), key, ...toArguments(changes)];
        return take(toFields(await change(redis, [key], args)));
      } catch (thrown) {
        const error = withoutArguments(thrown);
        logger.warn({ error }, 'rollout switches not changed in Redis');
        throw new RolloutUnavailable(NOT_CONFIRMED, { cause: error });
      }
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      stopListening();
      stopWatching();
    },
  };
}

/** Warns once of the fields that cannot be read, until there are others. */
function unreadableWarning(logger: Logger): (fields: readonly string[]) => void {
  let told = '';
  return (fields) => {
    const these = fields.join(' ');
    if (these !== '' && these !== told) {
      logger.warn(
        { fields },
        'rollout switches in Redis have no valid value, so the configured one',
      );
    }
    told = these;
  };
}

function stampOf(fields: Fields): number {
  return Number(fields[STAMP] ?? 0) || 0;
}

function toArguments(changes: RolloutChanges): string[] {
  return Object.entries(changes).flatMap(([name, value]) => [
    name,
    value === null ? '' : printSwitch(value),
  ]);
}

function toList(fields: Fields): string[] {
  return Object.entries(fields).flat();
}

function toFields(reply: unknown): Fields {
  return Object.fromEntries(pairsOf(reply as readonly string[]));
}
