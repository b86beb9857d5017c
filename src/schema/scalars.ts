import type { Builder } from './builder.ts';

/** Adds the scalars that GraphQL does not have. */
export function addScalars(builder: Builder): void {
  builder.scalarType('DateTime', {
    description: 'A point in time, ISO 8601 in UTC.',
    serialize: (epochMs) => new Date(epochMs).toISOString(),
  });
}
