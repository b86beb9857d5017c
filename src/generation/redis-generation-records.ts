import type { Guard } from '../redis/guard.ts';
import { defineScript } from '../redis/script.ts';
import type { GenerationRecord, GenerationRecords } from './generation-record.ts';
import type { GuardedPeersOptions } from './redis-peers-options.ts';
import { KEEP_RUNNING_MS } from './redis-run-keys.ts';
import { RunLost } from './run-log.ts';

/** In one step: a process may be lost between two, and what has no end would stay for ever. */
const write = defineScript(`
redis.call('HSET', KEYS[1], 'record', ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
`);

/** Answers 1 to the first who says that the generation is over, and keeps its record for a while longer. */
const settle = defineScript(`
local first = redis.call('HSETNX', KEYS[1], 'settled', '1')
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return first
`);

/** The records of generations in Redis, a hash each. */
export function redisGenerationRecords(
  options: Pick<
    GuardedPeersOptions,
    'redis' | 'keyPrefix' | 'keepMs' | 'guard' | 'onReconnected' | 'logger'
  >,
): GenerationRecords & AsyncDisposable {
  const { redis, keyPrefix, keepMs, guard, logger } = options;
  const keyOf = (id: string) => `${keyPrefix}generation:{${id}}`;
  /** Those that are not over, in case that Redis comes back without them. */
  const running = new Map<string, GenerationRecord>();

  async function save(record: GenerationRecord) {
    if (record.from === 'run') running.set(record.id, record);
    await put(record, guard.run);
  }

  async function put(record: GenerationRecord, ask: Guard['run']) {
    try {
      const keep = record.from === 'run' ? KEEP_RUNNING_MS : keepMs;
      await ask(() => write(redis, [keyOf(record.id)], [JSON.stringify(record), keep]));
    } catch (error) {
      logger.debug({ error, generationId: record.id }, 'generation is known to this process alone');
    }
  }

  const stopHearing = options.onReconnected(() => {
    // What failed while Redis was away says nothing of now.
    for (const record of running.values()) void put(record, guard.insist);
  });

  return {
    save,
    async find(id) {
      try {
        // Worth more patience than an answer: whoever asks has lost one already.
        const record = await redis.hget(keyOf(id), 'record');
        return record === null ? null : (JSON.parse(record) as GenerationRecord);
      } catch {
        throw new RunLost();
      }
    },
    forget: (id) => void running.delete(id),
    async settle(id, { acceptedHere }) {
      running.delete(id);
      try {
        // No request waits for this, and to be counted once is worth a try.
        return (await guard.insist(() => settle(redis, [keyOf(id)], [keepMs]))) === 1;
      } catch (error) {
        logger.debug({ error, generationId: id }, 'generation reported without asking others');
        return acceptedHere;
      }
    },
    async [Symbol.asyncDispose]() {
      stopHearing();
    },
  };
}
