import type { Cache } from '../cache/port.ts';
import type { GenerationErasing } from '../generation/erase-generations.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Statistics } from '../telemetry/statistics.ts';
import type { DataScope } from './data-scope.ts';
import type { EraseNews } from './erase-news.ts';

/** How much of each there was. */
export type ErasedCounts = {
  /** Stored answers. */
  readonly entries: number;
  /** Generations that were still known, those under way too. */
  readonly generations: number;
};

/**
 * Erases what is kept of a tenant, or of one of its namespaces, in this process and in all that it shares with others.
 *
 * What callers may rely on:
 * - When it resolves, no prompt and no answer of the scope is left in what is shared, nor in this process, of all that
 *   had begun before, and nothing in the outcome log. What ran has been cancelled. Of a whole tenant, its statistics are gone too.
 * - Other processes are told to forget what they hold in memory. One that does not hear of it can still tell the tenant
 *   what it holds, and forgets that when its time is over.
 * - It rejects with EraseUnavailable when any of it cannot be done: then a part may be left. It may be called again.
 * - What stays: how often a tenant has asked of late and what it has spent, which are accounts; the digests of
 *   idempotency keys and the verdicts on generations, as long as those stand; and what all tenants together have used.
 */
export type Erase = (scope: DataScope) => Promise<ErasedCounts>;

/** What holds the data did not answer, so that some of it may be left. */
export class EraseUnavailable extends Error {
  override readonly name = 'EraseUnavailable';

  constructor(cause: unknown) {
    super('Not everything could be erased, and nobody knows what is left: try again.', { cause });
  }
}

/** Also has this process forget what other processes erase, from now on. */
export function createErase(deps: {
  readonly generations: GenerationErasing;
  readonly cache: Cache;
  readonly statistics: Statistics;
  /** How routed requests went. */
  readonly outcomes: { erase(scope: DataScope): Promise<void> };
  readonly news: EraseNews;
  readonly logger: Logger;
}): Erase {
  const { generations, cache, statistics, outcomes, news, logger } = deps;

  news.onTold(({ what, ...scope }) => {
    if (what === 'statistics') statistics.forget(scope.tenant);
    else void generations.forget(scope);
  });

  async function eraseAll(scope: DataScope): Promise<ErasedCounts> {
    // Runs that other processes lead end the sooner.
    await news.tell({ what: 'generations', ...scope });
    const counts = {
      generations: await generations.erase(scope),
      // After the runs: what is whole is stored before its run ends.
      entries: await cache.erase(scope),
    };
    // After the runs, too: what has ended is logged.
    await outcomes.erase(scope);
    if (scope.namespace === null) {
      // After both: what was cancelled has been counted.
      await statistics.erase(scope.tenant);
      await news.tell({ what: 'statistics', ...scope });
    }
    return counts;
  }

  return async (scope) => {
    try {
      const counts = await eraseAll(scope);
      logger.info({ ...scope, ...counts }, 'data erased');
      return counts;
    } catch (error) {
      logger.warn({ ...scope, error }, 'data not erased, or not all of it');
      throw new EraseUnavailable(error);
    }
  };
}
