import type { Authentication } from './authentication.ts';
import { ALL_RIGHTS } from './principal.ts';

/**
 * No keys: everyone is the tenant `public`. `operator` should be true only where nobody but the operator
 * can reach the server, that is on loopback.
 */
export function openAuthentication(options: { operator: boolean }): Authentication {
  const { operator } = options;
  const principal = { tenant: 'public', user: null, operator, rights: ALL_RIGHTS, limits: null };
  const everyone = { principal, expiresAt: null };
  return { authenticate: async () => everyone, onChanged: () => () => {} };
}
