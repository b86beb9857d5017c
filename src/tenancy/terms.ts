import type { TermFields } from './keys-file-entries.ts';
import type { Budget, Limits, Principal, Rights } from './principal.ts';
import { ALL_RIGHTS } from './principal.ts';

/** What callers of a tenant may ask for, and how much of it. */
export type Terms = Pick<Principal, 'rights' | 'limits'>;

export const FREE_TERMS: Terms = { rights: ALL_RIGHTS, limits: null };

/** Whether anything that is said there has to be counted. */
export function hasFigures(said: TermFields): boolean {
  return Object.values(limitsIn(said)).some((figure) => figure !== null);
}

/**
 * Field by field what `own` says, else what `tenants` does. A budget and its window are one field.
 *
 * @param counted whether anything is counted for the tenant; then it is for every caller of it
 */
export function termsIn(own: TermFields, tenants: TermFields, counted: boolean): Terms {
  const said = { ...tenants, ...own, ...(own.budgetUsd !== undefined && { window: own.window }) };
  return { rights: rightsIn(said), limits: counted ? limitsIn(said) : null };
}

function rightsIn({ maxTier, models, namespaces }: TermFields): Rights {
  return { maxTier: maxTier ?? null, models: models ?? null, namespaces: namespaces ?? null };
}

function limitsIn(said: TermFields): Limits {
  return {
    requestsPerMinute: said.requestsPerMinute ?? null,
    tokensPerMinute: said.tokensPerMinute ?? null,
    maxConcurrent: said.maxConcurrent ?? null,
    budget: budgetIn(said),
  };
}

function budgetIn({ budgetUsd, window }: TermFields): Budget | null {
  return budgetUsd === undefined ? null : { usd: budgetUsd, window: window ?? 'MONTH' };
}
