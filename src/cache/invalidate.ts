import type { Logger } from '../telemetry/logger.ts';
import type { Cache } from './port.ts';

/** One entry, or all of a namespace. */
export type Invalidated = { readonly entryId: string } | { readonly namespace: string };

/**
 * Drops stored answers of a tenant, for all processes. Resolves to how many there were. It rejects with
 * InvalidateUnavailable when that cannot be known: then some may be left, and it may be repeated.
 */
export type Invalidate = (tenant: string, what: Invalidated) => Promise<number>;

/** What holds the answers did not confirm that they are gone. */
export class InvalidateUnavailable extends Error {
  override readonly name = 'InvalidateUnavailable';

  constructor(cause: unknown) {
    super('Not everything could be dropped, and nobody knows what is left: try again.', { cause });
  }
}

export function createInvalidate(deps: {
  readonly cache: Pick<Cache, 'clear' | 'evict'>;
  readonly logger: Logger;
}): Invalidate {
  const { cache, logger } = deps;
  return async (tenant, what) => {
    try {
      const removed = await ('entryId' in what
        ? cache.evict(tenant, what.entryId)
        : cache.clear({ tenant, namespace: what.namespace }));
      logger.info({ tenant, ...what, removed }, 'stored answers dropped');
      return removed;
    } catch (error) {
      logger.warn({ tenant, ...what, error }, 'stored answers not dropped, or not all');
      throw new InvalidateUnavailable(error);
    }
  };
}
