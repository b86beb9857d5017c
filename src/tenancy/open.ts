import type { Authenticate } from './principal.ts';

/**
 * No keys: everyone is the tenant `public`. `operator` should be true only where nobody but the operator
 * can reach the server, that is on loopback.
 */
export function openAuthentication(options: { operator: boolean }): Authenticate {
  const everyone = { tenant: 'public', user: null, operator: options.operator };
  return async () => everyone;
}
