import type { GraphQLError } from 'graphql';
import type { Principal } from '../tenancy/principal.ts';
import type { Operation } from './operation.ts';

/**
 * Decides whether an operation may run: null when it may, else what its caller is told. Asked once for
 * each operation on every transport, after it was validated and before any resolver runs. Must be quick
 * and must not throw.
 */
export type Policy = (operation: Operation, principal: Principal) => GraphQLError | null;

/** What the first policy says that refuses the operation; null when none does. */
export function refusalOf(
  policies: readonly Policy[],
  operation: Operation,
  principal: Principal,
): GraphQLError | null {
  for (const policy of policies) {
    const refusal = policy(operation, principal);
    if (refusal !== null) return refusal;
  }
  return null;
}
