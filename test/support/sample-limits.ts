import type { Account } from '../../src/tenancy/limiter.ts';
import type { Budget, BudgetWindow, Limits } from '../../src/tenancy/principal.ts';

/** A caller of `acme` who is held against these figures alone. */
export function sampleAccount(limits: Partial<Limits> = {}, tenant = 'acme'): Account {
  return {
    tenant,
    limits: {
      requestsPerMinute: null,
      tokensPerMinute: null,
      maxConcurrent: null,
      budget: null,
      ...limits,
    },
  };
}

export function budgetOf(usd: number, window: BudgetWindow = 'DAY'): { budget: Budget } {
  return { budget: { usd, window } };
}
