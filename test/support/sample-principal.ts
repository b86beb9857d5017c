import { ALL_RIGHTS, type Principal } from '../../src/tenancy/principal.ts';

/** A caller of the tenant `acme` who may ask for everything, of which nothing is counted. */
export function samplePrincipal(changes: Partial<Principal> = {}): Principal {
  return {
    tenant: 'acme',
    user: null,
    operator: false,
    rights: ALL_RIGHTS,
    limits: null,
    ...changes,
  };
}
