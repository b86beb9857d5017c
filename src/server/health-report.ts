import { createRequire } from 'node:module';
import type { Cache } from '../cache/port.ts';
import type { Clock } from '../domain/clock.ts';
import type { HealthReport } from '../schema/context.ts';
import type { WatchedUpstream } from '../upstream/health.ts';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

/**
 * What the gateway knows of itself and of what it leans on, without asking a model; the store of the cache
 * is asked how it is. UNAVAILABLE when no model can be asked; DEGRADED when anything else is not OK, for a
 * gateway without its cache still answers.
 */
export function createHealthReport(options: {
  upstream: WatchedUpstream;
  cache: Cache;
  models: readonly string[];
  clock: Clock;
}): () => Promise<HealthReport> {
  const { upstream, cache, clock } = options;
  const models = [...new Set(options.models)];
  const startedAt = clock.elapsed();
  return async () => {
    const upstreams = upstream.health(models);
    const { dependencies } = await cache.status();
    const all = [...upstreams, ...dependencies];
    const noModel = upstreams.every(({ status }) => status === 'UNAVAILABLE');
    const allWell = all.every(({ status }) => status === 'OK');
    return {
      status: noModel ? 'UNAVAILABLE' : allWell ? 'OK' : 'DEGRADED',
      version,
      uptimeSeconds: (clock.elapsed() - startedAt) / 1_000,
      dependencies: all,
    };
  };
}
