import { hash } from 'node:crypto';
import type { RedisClient } from './client.ts';
import { withoutArguments } from './errors.ts';

/** A Lua script that Redis runs in one step. Its keys must lie in one slot. */
export type Script = (
  redis: RedisClient,
  keys: readonly string[],
  args: readonly (string | number)[],
) => Promise<unknown>;

/** Sends the digest of `lua`, and all of it only when Redis has not seen it. What is thrown holds no arguments. */
export function defineScript(lua: string): Script {
  const digest = hash('sha1', lua);
  return async (redis, keys, args) => {
    try {
      try {
        return await redis.evalsha(digest, keys.length, ...keys, ...args);
      } catch (error) {
        if (!isNoScript(error)) throw error;
        return await redis.eval(lua, keys.length, ...keys, ...args);
      }
    } catch (error) {
      throw withoutArguments(error);
    }
  };
}

function isNoScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT');
}
