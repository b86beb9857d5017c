import type { Builder } from './builder.ts';

/** Adds `LatencySummary`. */
export function addLatencySummary(builder: Builder): void {
  builder.objectType('LatencySummary', {
    description:
      'How durations are spread, in milliseconds. All but count are null when nothing was measured; percentiles are within 1 % of the exact value.',
    fields: (t) => ({
      count: t.exposeFloat('count', { description: 'How many durations were measured.' }),
      meanMs: t.exposeFloat('meanMs', { nullable: true, description: 'Their mean.' }),
      p50Ms: t.exposeFloat('p50Ms', {
        nullable: true,
        description: 'Half of them were not longer.',
      }),
      p95Ms: t.exposeFloat('p95Ms', {
        nullable: true,
        description: '95 % of them were not longer.',
      }),
      p99Ms: t.exposeFloat('p99Ms', {
        nullable: true,
        description: '99 % of them were not longer.',
      }),
      maxMs: t.exposeFloat('maxMs', { nullable: true, description: 'The longest.' }),
    }),
  });
}
