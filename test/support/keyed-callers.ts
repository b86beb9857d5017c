import type { Credentials } from '../../src/tenancy/authentication.ts';
import type { Principal } from '../../src/tenancy/principal.ts';
import type { Attempt } from './attempts.ts';
import { caller, operator } from './fake-services.ts';

export const CALLER = 'Bearer key-of-a-caller';
export const OPERATOR = 'Bearer key-of-an-operator';
/** The key of the caller, as a browser was told it. */
export const CALLER_IN_BROWSER = 'Basic a2V5LW9mLWEtY2FsbGVy';

/** Knows these three. */
export async function authenticate({ authorization }: Credentials): Promise<Principal | null> {
  if (authorization === OPERATOR) return operator;
  return authorization === CALLER || authorization === CALLER_IN_BROWSER ? caller : null;
}

/** An operation of the caller. */
export function ask(query: string, variables?: object): Attempt {
  return { authorization: CALLER, payload: { query, ...(variables && { variables }) } };
}
