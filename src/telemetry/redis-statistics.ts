import type { Clock } from '../domain/clock.ts';
import type { DependencyHealth } from '../domain/health.ts';
import type { RedisClient } from '../redis/client.ts';
import { createGuard } from '../redis/guard.ts';
import type { BucketState } from './bucket.ts';
import type { Logger } from './logger.ts';
import { recentAnswers } from './recent-answers.ts';
import { redisBuckets } from './redis-buckets.ts';
import { createFlusher } from './redis-flusher.ts';
import { redisTally, type Tally, type TallyOptions } from './redis-tally.ts';
import type { Call } from './redis-total.ts';
import type { Statistics } from './statistics.ts';

/** In every key. Raised when what is stored can no longer be read. */
const VERSION = 1;

/** So many tenants that could not be saved, and a flush leaves the rest to the next. */
const FAILURES_TO_STOP = 3;

/** For so long, all who read the same share what was read of other processes. */
const SHARED_MS = 500;

export type RedisStatistics = Statistics &
  AsyncDisposable & {
    /** Writes what was counted and not written. It never rejects: what fails is left to the next flush. */
    flush(): Promise<void>;
    /** While Redis is away, figures are those of this process alone. */
    health(): DependencyHealth;
  };

/**
 * Statistics of all processes that share a Redis (6.2 or later). ALL is since ever, as long as Redis keeps its
 * data. As in memory, every tenant is counted by itself, and so are all together.
 *
 * - `record` touches the memory of this process only. What is new is written every `flushMs`, and once more
 *   at the end: a crash loses what was counted since the last flush.
 * - While Redis is away, `read` answers within `timeoutMs`, and soon at once, with what this process has
 *   counted. That takes no more room than ever, however long it lasts, and is written when Redis is back.
 * - When Redis has lost its data, each process writes again what it holds: minutes of the last hour, hours of
 *   the last day, and for ALL what it has counted since it started.
 * - What other processes have written is seen up to half a second later.
 *
 * Every command names one key, so that it stays in one slot of a cluster.
 *
 * @param options.redis not closed by this; has to be open until this is disposed of
 * @param options.newId gives ids that no process gives again
 */
export function redisStatistics(options: {
  redis: RedisClient;
  keyPrefix: string;
  flushMs: number;
  timeoutMs: number;
  newId: () => string;
  clock: Clock;
  logger: Logger;
}): RedisStatistics {
  const { redis, keyPrefix, flushMs, newId, clock, logger } = options;
  const guard = createGuard({
    ...options,
    name: 'redis',
    whenAway: 'statistics are those of this process alone',
  });
  const place = { redis, root: `${keyPrefix}statistics:${VERSION}:`, processId: newId(), newId };
  const buckets = redisBuckets(place);
  const recent = recentAnswers<BucketState>({ ms: SHARED_MS, clock });
  const tallyOptions: TallyOptions = {
    ...place,
    clock,
    buckets,
    call: guard.run,
    readOthers: (series, span) =>
      recent(`${series} ${span.kind} ${span.last} ${span.count}`, () =>
        guard.run(() => buckets.readOthers(series, span)),
      ),
  };

  const tenants = new Map<string, Tally>();
  /** Tenants of whom there is something to write. */
  const unsaved = new Set<Tally>();
  const everyone = redisTally('everyone', tallyOptions, () => {
    for (const tally of tenants.values()) unsaved.add(tally);
  });

  function openTally(tenant: string): Tally {
    return redisTally(`tenant:${escapeName(tenant)}`, tallyOptions, () => {});
  }

  function tallyOf(tenant: string): Tally {
    const known = tenants.get(tenant);
    if (known) return known;
    const created = openTally(tenant);
    tenants.set(tenant, created);
    return created;
  }

  /** Whoever asks about a tenant does not make it known. */
  function knownOrEmpty(tenant: string): Tally {
    return tenants.get(tenant) ?? openTally(tenant);
  }

  async function save(call: Call): Promise<void> {
    // Even when nothing was counted: this tells whether Redis has lost its data.
    await everyone.save(call);
    const failures: unknown[] = [];
    for (const tally of [...unsaved]) {
      unsaved.delete(tally);
      try {
        await tally.save(call);
      } catch (error) {
        unsaved.add(tally);
        failures.push(error);
        if (failures.length === FAILURES_TO_STOP) break;
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  const flusher = createFlusher({ flushMs, call: guard.run, save, logger });

  return {
    record(request) {
      everyone.add(request);
      const tally = tallyOf(request.tenant);
      tally.add(request);
      unsaved.add(tally);
    },
    rate(rating) {
      everyone.rate(rating);
      const tally = tallyOf(rating.tenant);
      tally.rate(rating);
      unsaved.add(tally);
    },
    async read(scope, window) {
      const tally = scope === 'ALL_TENANTS' ? everyone : knownOrEmpty(scope.tenant);
      try {
        return await tally.read(window);
      } catch {
        return tally.readAlone(window);
      }
    },
    forget: (tenant) => tenants.get(tenant)?.forget(),
    async erase(tenant) {
      // Many steps, each with the deadline of the client.
      await knownOrEmpty(tenant).erase((command) => command());
    },
    flush: () => flusher.flush(guard.run),
    health: guard.health,
    async [Symbol.asyncDispose]() {
      flusher.stop();
      // There is no next time, so Redis is asked though it may have failed a moment ago.
      await flusher.flush(guard.insist);
    },
  };
}

/** A tenant's name in a key: no two share one, and no character of it has a meaning there. */
function escapeName(tenant: string): string {
  // JSON writes a lone surrogate as an escape, which a URI can hold.
  return encodeURIComponent(JSON.stringify(tenant).slice(1, -1));
}
