import { scopePath } from '../cache/place.ts';
import type { Guard } from '../redis/guard.ts';
import { escapePattern, scanKeys } from '../redis/scan.ts';
import { defineScript } from '../redis/script.ts';
import { openJson } from '../redis/sealing.ts';
import { isWithin } from '../tenancy/data-scope.ts';
import type { GenerationRecord, GenerationRecords } from './generation-record.ts';
import type { GuardedPeersOptions } from './redis-peers-options.ts';
import { KEEP_RUNNING_MS } from './redis-run-keys.ts';
import { RunLost } from './run-log.ts';

/**
 * In one step: a process may be lost between two, and what has no end would stay for ever. Whose it is stands beside
 * the record, for a process that cannot open that.
 */
const write = defineScript(`
redis.call('HSET', KEYS[1], 'record', ARGV[1], 'of', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
`);

/** Takes a record out if it is of a scope; answers whether it is. That somebody has reported it stands on. */
const eraseIfOf = defineScript(`
local of = redis.call('HGET', KEYS[1], 'of')
if not of or string.sub(of, 1, #ARGV[1]) ~= ARGV[1] then return 0 end
redis.call('HDEL', KEYS[1], 'record', 'of')
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
    'redis' | 'keyPrefix' | 'sealer' | 'keepMs' | 'guard' | 'onReconnected' | 'logger'
  >,
): GenerationRecords & AsyncDisposable {
  const { redis, keyPrefix, sealer, keepMs, guard, logger } = options;
  const root = `${keyPrefix}generation:{`;
  const keyOf = (id: string) => `${root}${id}}`;
  const idIn = (key: string) => key.slice(root.length, -1);
  /** Those that are not over, in case that Redis comes back without them. */
  const running = new Map<string, GenerationRecord>();

  async function save(record: GenerationRecord) {
    if (record.from === 'run') running.set(record.id, record);
    await put(record, guard.run);
  }

  async function put(record: GenerationRecord, ask: Guard['run']) {
    try {
      const keep = record.from === 'run' ? KEEP_RUNNING_MS : keepMs;
      const key = keyOf(record.id);
      const sealed = sealer.seal(JSON.stringify(record), key);
      const of = scopePath(record.tenant, record.namespace);
      await ask(() => write(redis, [key], [sealed, of, keep]));
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
      const key = keyOf(id);
      // Worth more patience than an answer: whoever asks has lost one already.
      const stored = await redis.hget(key, 'record').catch(() => {
        throw new RunLost();
      });
      const record = stored === null ? undefined : openJson(sealer, stored, key);
      return (record as GenerationRecord | undefined) ?? null;
    },
    forget: (id) => void running.delete(id),
    async erase(scope) {
      for (const record of running.values()) if (isWithin(scope, record)) running.delete(record.id);
      const of = scopePath(scope.tenant, scope.namespace);
      const erased: string[] = [];
      for await (const keys of scanKeys(redis, `${escapePattern(root)}*`)) {
        const answers = await Promise.all(keys.map((key) => eraseIfOf(redis, [key], [of])));
        erased.push(...keys.filter((_, index) => answers[index] === 1).map(idIn));
      }
      return erased;
    },
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
