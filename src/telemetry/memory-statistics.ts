import type { Clock } from '../domain/clock.ts';
import { createSeries, type Series } from './series.ts';
import type { Statistics } from './statistics.ts';

/**
 * Statistics of this process alone, gone with it. Every tenant has a series of its own, and so have all
 * together, so that an operator's figures do not cost a merge over the tenants.
 *
 * Tenants and models come from the configuration, never from a caller's text: that bounds the memory.
 */
export function memoryStatistics(options: { clock: Clock }): Statistics {
  const everyone = createSeries();
  const tenants = new Map<string, Series>();

  function seriesOf(tenant: string): Series {
    const known = tenants.get(tenant);
    if (known) return known;
    const created = createSeries();
    tenants.set(tenant, created);
    return created;
  }

  return {
    record(request) {
      everyone.add(request);
      seriesOf(request.tenant).add(request);
    },
    rate(rating) {
      everyone.rate(rating);
      seriesOf(rating.tenant).rate(rating);
    },
    forget: (tenant) => void tenants.delete(tenant),
    erase: async (tenant) => void tenants.delete(tenant),
    async read(scope, window) {
      const series = scope === 'ALL_TENANTS' ? everyone : tenants.get(scope.tenant);
      return (series ?? createSeries()).summary(window, options.clock.now());
    },
  };
}
