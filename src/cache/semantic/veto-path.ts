import type { DataScope } from '../../tenancy/data-scope.ts';
import { pathOf, scopePath } from '../place.ts';
import type { Veto } from './vetoes.ts';

/** What a veto is remembered by: no two share one. */
export function pathOfVeto({ tenant, namespace, pair }: Veto): string {
  return pathOf({ tenant, namespace, key: pair });
}

export function pathsWithin(paths: Iterable<string>, { tenant, namespace }: DataScope): string[] {
  const start = scopePath(tenant, namespace);
  return [...paths].filter((path) => path.startsWith(start));
}
