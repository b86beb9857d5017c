import { type DataScope, isWithin } from '../../tenancy/data-scope.ts';
import type { OutcomeEntry } from './port.ts';

/**
 * Whether an entry is to go when a scope is erased, asked of one after another in the order of the log: what was said of
 * an answer goes with what is logged of it.
 */
export function erasedWith(scope: DataScope): (entry: OutcomeEntry) => boolean {
  const erased = new Set<string>();
  return (entry) => {
    const { tenant, generationId } = entry;
    if (entry.kind === 'rating') {
      return tenant === scope.tenant && (scope.namespace === null || erased.has(generationId));
    }
    if (!isWithin(scope, entry)) return false;
    erased.add(generationId);
    return true;
  };
}
