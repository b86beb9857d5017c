import { z } from 'zod';
import type { Clock } from '../../domain/clock.ts';
import { redisChangeStream } from '../../redis/change-stream.ts';
import type { Channels } from '../../redis/channels.ts';
import type { RedisClient } from '../../redis/client.ts';
import { answerOf } from '../../redis/errors.ts';
import { createGuard } from '../../redis/guard.ts';
import { parseMessage } from '../../redis/parse-message.ts';
import { escapePattern } from '../../redis/scan.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { DataScope } from '../../tenancy/data-scope.ts';
import { scopePath } from '../place.ts';
import { pathOfVeto, pathsWithin } from './veto-path.ts';
import type { Vetoes } from './vetoes.ts';

const AT_ONCE = 1_000;

const changeSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('added'), path: z.string() }),
  z.object({ type: z.literal('erased'), tenant: z.string(), namespace: z.string().nullable() }),
]);

type Change = z.infer<typeof changeSchema>;

/**
 * Vetoes of all processes that share a Redis (6.2 or later), for ever, so that it must not evict. They are one set,
 * `<keyPrefix>vetoes`, which each process reads once and holds in its memory, about 100 bytes each, and a stream of
 * changes, `<keyPrefix>veto-changes`. Members are names and digests, as in the keys of entries, so they are not sealed.
 *
 * - Until the set was read for the first time, `has` says that every pair is vetoed: who does not know must not serve.
 *   While Redis is away later, what is known stands.
 * - What a process knows it forgets only when it hears that it was erased: when Redis has lost its data, each process
 *   writes again what it knows. To take the set away is therefore no way to be rid of it; `erase` is.
 * - A veto whose `add` rejected holds in this process all the same.
 *
 * @param options.redis for commands that fail fast; not closed by this
 * @param options.channels of the same Redis, not closed by this; null: changes are heard a little later
 * @param options.processId no other process has it
 * @param options.timeoutMs after so long without an answer `add` rejects. `erase` takes many steps, each with the
 *   deadline of the client.
 */
export function redisVetoes(options: {
  redis: RedisClient;
  channels: Channels | null;
  keyPrefix: string;
  processId: string;
  timeoutMs: number;
  clock: Clock;
  logger: Logger;
}): Vetoes {
  const { redis, keyPrefix } = options;
  const key = `${keyPrefix}vetoes`;
  const whenAway = 'pairs of prompts cannot be reported as different';
  const guard = createGuard({ ...options, name: 'redis', whenAway });
  const stream = redisChangeStream({
    ...options,
    key: `${keyPrefix}veto-changes`,
    what: 'vetoes of the cache',
  });
  const paths = new Set<string>();
  let known = false;
  /** What is being erased in Redis while it is still known here. */
  const erasing = new Set<DataScope>();

  function forget(scope: DataScope) {
    for (const path of pathsWithin(paths, scope)) paths.delete(path);
  }

  async function* storedPaths(pattern: string): AsyncGenerator<readonly string[]> {
    let cursor = '0';
    do {
      const scanned = redis.sscan(key, cursor, 'MATCH', pattern, 'COUNT', AT_ONCE);
      const [next, some] = await answerOf(scanned);
      if (some.length > 0) yield some;
      cursor = next;
    } while (cursor !== '0');
  }

  async function load(): Promise<void> {
    const stored = new Set<string>();
    for await (const some of storedPaths('*')) {
      for (const path of some) stored.add(path);
    }
    const lost = [...paths].filter((path) => !stored.has(path));
    for (const path of stored) paths.add(path);
    known = true;
    await restore(lost);
  }

  async function restore(lost: readonly string[]): Promise<void> {
    for (let start = 0; start < lost.length; start += AT_ONCE) {
      const some = lost.slice(start, start + AT_ONCE).filter(isWanted);
      if (some.length > 0) await answerOf(redis.sadd(key, ...some));
    }
  }

  /** Not so when it has been erased since it was missed, or is being. */
  function isWanted(path: string): boolean {
    return (
      paths.has(path) && [...erasing].every((scope) => pathsWithin([path], scope).length === 0)
    );
  }

  async function eraseStored({ tenant, namespace }: DataScope): Promise<void> {
    for await (const some of storedPaths(`${escapePattern(scopePath(tenant, namespace))}*`)) {
      await answerOf(redis.srem(key, ...some));
    }
  }

  function tell(change: Change): Promise<void> {
    return stream.tell(JSON.stringify(change), true);
  }

  stream.follow({
    onChange(text) {
      const change = parseMessage(changeSchema, text);
      if (change?.type === 'added') paths.add(change.path);
      if (change?.type === 'erased') forget(change);
    },
    onGap: load,
  });

  return {
    has: (veto) => !known || paths.has(pathOfVeto(veto)),
    async add(veto) {
      const path = pathOfVeto(veto);
      paths.add(path);
      await guard.run(() => answerOf(redis.sadd(key, path)));
      await tell({ type: 'added', path });
    },
    async erase(scope) {
      erasing.add(scope);
      try {
        await eraseStored(scope);
        // What others had told, or was being read, is forgotten too.
        await stream.catchUp();
        forget(scope);
      } finally {
        erasing.delete(scope);
      }
      await tell({ type: 'erased', ...scope });
    },
    [Symbol.asyncDispose]: () => stream[Symbol.asyncDispose](),
  };
}
