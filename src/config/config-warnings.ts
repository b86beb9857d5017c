import { isLoopback } from '../domain/loopback.ts';
import type { Config } from './config.ts';

/**
 * What an operator may have meant otherwise, one sentence each, for the log at start.
 *
 * @param reachable whether others than this machine reach the server
 */
export function configWarnings(config: Config, reachable: boolean): string[] {
  const warnings: string[] = [];
  if (config.tenancy.open) {
    warnings.push(
      reachable
        ? `No API keys: whoever reaches ${config.server.host} may generate at the provider's cost.`
        : 'No API keys: everyone on this machine may generate, and is an operator.',
    );
  }
  const jwksUrl = URL.parse(config.tenancy.jwt?.jwksUrl ?? '');
  if (jwksUrl?.protocol === 'http:' && !isLoopback(jwksUrl.hostname)) {
    warnings.push('JWT_JWKS_URL is not https: whoever is on the way may make himself an operator.');
  }
  if (!config.router.enabled && config.router.experimentsFile !== null) {
    warnings.push(
      'EXPERIMENTS_FILE is set, but nobody takes part while ENABLE_MODEL_ROUTING is off.',
    );
  }
  if (config.redis.encryptionKeys !== null && config.redis.url === null) {
    warnings.push('ENCRYPTION_KEY seals what is in Redis, and there is none.');
  }
  return warnings;
}
