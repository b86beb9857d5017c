import type { ModelTier } from '../domain/request.ts';

/** On whose behalf something is done, and what he may do. Every key in every store lies under `tenant`. */
export type Principal = {
  readonly tenant: string;
  readonly user: string | null;
  /** May see and change what concerns all tenants. */
  readonly operator: boolean;
  readonly rights: Rights;
  /** Null: nothing that the tenant does is counted. */
  readonly limits: Limits | null;
};

/** What a principal may ask for. Null: whatever there is. */
export type Rights = {
  /** SMALL keeps the large model from him. */
  readonly maxTier: ModelTier | null;
  readonly models: readonly string[] | null;
  /** Never empty. The first one is meant when a request names none. */
  readonly namespaces: readonly [string, ...string[]] | null;
};

/**
 * How much a tenant may ask for, by the key that asks. All keys of a tenant are counted together; each is held
 * against its own figures. Null: without bound.
 */
export type Limits = {
  readonly requestsPerMinute: number | null;
  /** Input and output of the calls that a model answers. */
  readonly tokensPerMinute: number | null;
  /** Generations under way that no stored answer served. */
  readonly maxConcurrent: number | null;
  readonly budget: Budget | null;
};

export type Budget = { readonly usd: number; readonly window: BudgetWindow };

/** Spans of the calendar in UTC; TOTAL never ends. */
export type BudgetWindow = 'HOUR' | 'DAY' | 'MONTH' | 'TOTAL';

export const ALL_RIGHTS: Rights = { maxTier: null, models: null, namespaces: null };
