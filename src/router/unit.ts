import type { GenerationRequest } from '../domain/request.ts';
import type { Principal } from '../tenancy/principal.ts';

/**
 * Who is given a share of a split or an arm of an experiment, for good: whom the sticky key names, else the user, else the
 * request by itself. Never the prompt: the same person would be sent from model to model.
 */
export function unitOf(
  { routing }: Pick<GenerationRequest, 'routing'>,
  { tenant, user }: Pick<Principal, 'tenant' | 'user'>,
  newId: () => string,
): Unit {
  if (routing.stickyKey !== null) return lasting(['sticky', tenant, routing.stickyKey]);
  if (user !== null) return lasting(['user', tenant, user]);
  return { key: newId(), lasting: false };
}

export type Unit = {
  readonly key: string;
  /** Whether other requests of the same unit can be known. */
  readonly lasting: boolean;
};

function lasting(parts: readonly string[]): Unit {
  return { key: JSON.stringify(parts), lasting: true };
}
