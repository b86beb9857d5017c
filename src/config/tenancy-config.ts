import { isLoopback } from '../domain/loopback.ts';
import type { Config, JwtConfig } from './config.ts';
import type { Settings } from './read-variables.ts';

/** Who may call. What is wrong with it is added to `problems`. */
export function tenancyConfig(settings: Settings, problems: string[]): Config['tenancy'] {
  const keysFile = settings.API_KEYS_FILE ?? null;
  const jwt = jwtConfig(settings, problems);
  const isHalf = jwt === null && settings.JWT_JWKS_URL !== undefined;
  const open = keysFile === null && jwt === null;
  if (open && !isHalf && !settings.ALLOW_OPEN && isReachable(settings.HOST)) {
    problems.push(
      `HOST ${settings.HOST} lets others than this machine call, and there are no keys: set API_KEYS_FILE or JWT_JWKS_URL, or ALLOW_OPEN=true to let everyone generate at your cost.`,
    );
  }
  return { keysFile, jwt, open, assumedOutputTokens: settings.ASSUMED_OUTPUT_TOKENS };
}

function jwtConfig(settings: Settings, problems: string[]): JwtConfig | null {
  const { JWT_JWKS_URL: jwksUrl, JWT_ISSUER: issuer, JWT_AUDIENCE: audience } = settings;
  if (jwksUrl === undefined && issuer === undefined && audience === undefined) return null;
  if (jwksUrl === undefined || issuer === undefined || audience === undefined) {
    problems.push('JWT_JWKS_URL, JWT_ISSUER and JWT_AUDIENCE are needed together.');
    return null;
  }
  return {
    jwksUrl,
    issuer,
    audience,
    tenantClaim: settings.JWT_TENANT_CLAIM,
    operatorClaim: settings.JWT_OPERATOR_CLAIM ?? null,
  };
}

/** One that is not understood reads as undefined, and is a problem already. */
function isReachable(host: string | undefined): boolean {
  return host !== undefined && !isLoopback(host);
}
