import { z } from 'zod';
import { digest } from '../cache/digest.ts';
import { defineScript } from '../redis/script.ts';
import type { GuardedPeersOptions } from './redis-peers-options.ts';
import { KEEP_RUNNING_MS } from './redis-run-keys.ts';
import type { KeyHolder, SharedKeys } from './shared-keys.ts';

const hold = defineScript(`
if redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2], 'NX') then return ARGV[1] end
return redis.call('GET', KEYS[1])
`);

const replace = defineScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
`);

/** Lets the key of a generation stand for so many milliseconds more; none: frees it. */
const keep = defineScript(`
local holder = redis.call('GET', KEYS[1])
if holder and string.sub(holder, 1, #ARGV[1]) == ARGV[1] then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return 1
`);

/** Idempotency keys in Redis, a string each: what holds it, and the digest of its input. */
export function redisSharedKeys(
  options: Pick<
    GuardedPeersOptions,
    'redis' | 'keyPrefix' | 'keepMs' | 'guard' | 'onReconnected' | 'logger'
  >,
): SharedKeys & AsyncDisposable {
  const { redis, keyPrefix, keepMs, guard, logger } = options;
  /** Those that this process holds for what goes on, in case that Redis comes back without them. */
  const held = new Map<string, KeyHolder>();
  // A caller's own words are not written into the names of keys.
  const keyOf = (name: string) => `${keyPrefix}idempotency:{${digest([name])}}`;

  async function ask<Answer>(
    call: () => Promise<Answer>,
    otherwise: Answer,
    by = guard.run,
  ): Promise<Answer> {
    try {
      return await by(call);
    } catch (error) {
      logger.debug({ error }, 'idempotency key known to this process alone');
      return otherwise;
    }
  }

  async function holdKey(name: string, holder: KeyHolder, by = guard.run): Promise<KeyHolder> {
    const value = storedOf(holder);
    const args = [value, KEEP_RUNNING_MS];
    const found = await ask(() => hold(redis, [keyOf(name)], args), value, by);
    if (found !== value) return holderOf(z.string().parse(found));
    held.set(name, holder);
    return holder;
  }

  async function letGo(name: string, generationId: string, afterMs: number) {
    if (held.get(name)?.generationId === generationId) held.delete(name);
    await ask(() => keep(redis, [keyOf(name)], [`${generationId} `, afterMs]), 1);
  }

  const stopHearing = options.onReconnected(() => {
    // What failed while Redis was away says nothing of now.
    for (const [name, holder] of held) void holdKey(name, holder, guard.insist);
  });

  return {
    hold: (name, holder) => holdKey(name, holder),
    async replace(name, before, next) {
      const args = [storedOf(before), storedOf(next), KEEP_RUNNING_MS];
      return (await ask(() => replace(redis, [keyOf(name)], args), 1)) === 1;
    },
    settle: (name, generationId) => letGo(name, generationId, keepMs),
    free: (name, generationId) => letGo(name, generationId, 0),
    async [Symbol.asyncDispose]() {
      stopHearing();
    },
  };
}

function storedOf({ generationId, digest: input }: KeyHolder): string {
  return `${generationId} ${input}`;
}

function holderOf(value: string): KeyHolder {
  const [generationId = '', input = ''] = value.split(' ');
  return { generationId, digest: input };
}
