import { createRequire } from 'node:module';
import type { Cache } from '../cache/port.ts';
import type { Clock } from '../domain/clock.ts';
import type { DependencyHealth, HealthStatus } from '../domain/health.ts';
import type { HealthReport } from '../schema/context.ts';
import type { WatchedUpstream } from '../upstream/health.ts';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

/**
 * What the gateway knows of itself and of what it leans on, without asking a model; the store of the cache
 * is asked how it is. UNAVAILABLE when no model can be asked; DEGRADED when anything else is not OK, for a
 * gateway without its cache still answers. What several parts lean on is told once, as the worst off of them
 * sees it.
 *
 * @param options.others what else the gateway leans on, beside the models and the cache
 */
export function createHealthReport(options: {
  upstream: WatchedUpstream;
  cache: Cache;
  models: readonly string[];
  others: () => readonly DependencyHealth[];
  clock: Clock;
}): () => Promise<HealthReport> {
  const { upstream, cache, others, clock } = options;
  const models = [...new Set(options.models)];
  const startedAt = clock.elapsed();
  return async () => {
    const upstreams = upstream.health(models);
    const { dependencies } = await cache.status();
    const all = [...upstreams, ...worstByName([...dependencies, ...others()])];
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

const FROM_BEST: readonly HealthStatus[] = ['OK', 'DEGRADED', 'UNAVAILABLE'];

function worstByName(dependencies: readonly DependencyHealth[]): DependencyHealth[] {
  const worst = new Map<string, DependencyHealth>();
  for (const dependency of dependencies) {
    const other = worst.get(dependency.name);
    const isWorse =
      other === undefined || FROM_BEST.indexOf(dependency.status) > FROM_BEST.indexOf(other.status);
    if (isWorse) worst.set(dependency.name, dependency);
  }
  return [...worst.values()];
}
