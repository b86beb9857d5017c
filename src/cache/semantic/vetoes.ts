import type { DataScope } from '../../tenancy/data-scope.ts';

/**
 * The pairs of prompts that were reported to be different. `test/contract/vetoes.ts` runs against every adapter.
 *
 * What callers may rely on:
 * - `has` costs nothing, so that it may be asked for every match.
 * - After `add` resolved, `has` says so in this process at once and in every other one within a second, for ever: with
 *   Redis also after a restart. It rejects when that cannot be known; then it may be repeated.
 * - Until they are known, `has` says that every pair is vetoed: who does not know must not serve.
 * - Nothing crosses a tenant or a namespace. `erase` forgets those of a scope, in all processes.
 */
export type Vetoes = AsyncDisposable & {
  has(veto: Veto): boolean;
  add(veto: Veto): Promise<void>;
  erase(scope: DataScope): Promise<void>;
};

/** `pair` is a digest of the two prompts, in either order. */
export type Veto = { readonly tenant: string; readonly namespace: string; readonly pair: string };
