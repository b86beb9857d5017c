import { scopePath } from '../../cache/place.ts';
import type { Clock } from '../../domain/clock.ts';
import type { RedisClient } from '../../redis/client.ts';
import { answerOf, withoutArguments } from '../../redis/errors.ts';
import { createGuard } from '../../redis/guard.ts';
import { pairsOf } from '../../redis/pairs.ts';
import { defineScript } from '../../redis/script.ts';
import { openJson, type Sealer } from '../../redis/sealing.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { DataScope } from '../../tenancy/data-scope.ts';
import type { OutcomeEntry, OutcomeLog } from './port.ts';
import { toEntry } from './stored-entry.ts';
import { createWaitingEntries } from './waiting-entries.ts';

/** In the key. Raised when what is stored can no longer be read. */
const VERSION = 1;

/** So many are opened before others have their turn. */
const READ_AT_ONCE = 100;

/** Whose an entry is stands beside it, for a process that cannot open it. */
const add = defineScript(`
for i = 2, #ARGV, 3 do
  redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*',
    'of', ARGV[i], 'id', ARGV[i + 1], 'entry', ARGV[i + 2])
end
return 1
`);

/**
 * The outcomes of all processes that share a Redis (6.2 or later), in one stream, `<keyPrefix>outcomes:<version>`, sealed
 * but for the tenant, the namespace and the id of the generation. While Redis is away entries wait in this process.
 *
 * @param options.redis for commands that fail fast; not closed by this
 * @param options.maxEntries up to a hundred more are kept; one to two kilobytes each, a third more when it is sealed
 * @param options.timeoutMs after so long without an answer an attempt to write has failed
 */
export function redisOutcomeLog(options: {
  redis: RedisClient;
  keyPrefix: string;
  sealer: Sealer;
  maxEntries: number;
  flushMs: number;
  timeoutMs: number;
  clock: Clock;
  logger: Logger;
}): OutcomeLog {
  const { redis, sealer, maxEntries, flushMs, logger } = options;
  const key = `${options.keyPrefix}outcomes:${VERSION}`;
  const guard = createGuard({ ...options, name: 'redis', whenAway: 'no outcomes are logged' });
  const waiting = createWaitingEntries({ write, flushMs, logger });

  async function write(entries: readonly OutcomeEntry[]): Promise<void> {
    const args = entries.flatMap((entry) => {
      const of = placeOf(entry);
      const sealed = sealer.seal(JSON.stringify(entry), contextOf(of, entry.generationId));
      return [of, entry.generationId, sealed];
    });
    await guard.run(() => add(redis, [key], [maxEntries, ...args]));
  }

  function contextOf(of: string, generationId: string): string {
    return `${key}:${of}:${generationId}`;
  }

  async function* pagesAfter(after: string | null) {
    let position = after;
    for (;;) {
      const from = position === null ? '-' : `(${position}`;
      const page = await answerOf(redis.xrange(key, from, '+', 'COUNT', READ_AT_ONCE));
      if (page.length > 0) yield page;
      const last = page.at(-1);
      if (last === undefined || page.length < READ_AT_ONCE) return;
      position = last[0];
    }
  }

  async function eraseStored(scope: DataScope): Promise<void> {
    const isErased = erasedPlaces(scope);
    for await (const page of pagesAfter(null)) {
      const ids = page.filter(([, fields]) => isErased(toFields(fields))).map(([id]) => id);
      if (ids.length > 0) await answerOf(redis.xdel(key, ...ids));
    }
  }

  return {
    append: waiting.append,
    async *read(after) {
      for await (const page of pagesAfter(after)) {
        for (const [position, stored] of page) {
          const { of = '', id = '', entry: sealed = '' } = toFields(stored);
          const entry = toEntry(openJson(sealer, sealed, contextOf(of, id)));
          if (entry !== null) yield { position, entry };
        }
      }
    },
    flush: waiting.flush,
    async erase(scope) {
      await waiting.flush();
      const isErased = erasedPlaces(scope);
      waiting.drop((entry) => isErased({ of: placeOf(entry), id: entry.generationId }));
      await eraseStored(scope).catch((thrown: unknown) => {
        throw withoutArguments(thrown);
      });
    },
    get lost() {
      return waiting.lost;
    },
    [Symbol.asyncDispose]: () => waiting[Symbol.asyncDispose](),
  };
}

/** What an entry is filed under: a rating bears no namespace. */
function placeOf(entry: OutcomeEntry): string {
  return scopePath(entry.tenant, entry.kind === 'outcome' ? entry.namespace : null);
}

type Fields = { readonly of?: string; readonly id?: string; readonly entry?: string };

/** Whether an entry goes with a scope; a rating goes with the outcome before it. */
function erasedPlaces({ tenant, namespace }: DataScope): (fields: Fields) => boolean {
  const path = scopePath(tenant, namespace);
  const erased = new Set<string>();
  return ({ of = '', id = '' }) => {
    if (of.startsWith(path)) erased.add(id);
    return of.startsWith(path) || (of === scopePath(tenant, null) && erased.has(id));
  };
}

function toFields(stored: readonly string[]): Fields {
  return Object.fromEntries(pairsOf(stored));
}
