import { errors, type JWTPayload, jwtVerify } from 'jose';
import type { JwtConfig } from '../config/config.ts';
import type { Clock } from '../domain/clock.ts';
import { isName } from '../domain/names.ts';
import type { Logger } from '../telemetry/logger.ts';
import { type Authentication, AuthenticationUnavailable, type Session } from './authentication.ts';
import { secretIn } from './credentials.ts';
import type { Terms } from './terms.ts';
import { openTokenKeys } from './token-keys.ts';

/** Those by a pair of keys alone: with one shared key, whoever checks a token could make one. */
const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];

/** How far the clocks of the issuer and of this machine may be apart. */
const CLOCK_TOLERANCE_S = 5;

/**
 * Callers by signed JSON Web Tokens (RFC 7519) of one issuer, which have to end some time. The tenant is a claim of
 * the token; what it may ask for, and how much, is said elsewhere.
 *
 * @param options.termsOf what holds for a tenant now
 */
export function jsonWebTokens(options: {
  jwt: JwtConfig;
  termsOf: (tenant: string) => Terms;
  fetch: typeof fetch;
  clock: Clock;
  logger: Logger;
}): Authentication & AsyncDisposable {
  const { jwt, termsOf, clock } = options;
  const keys = openTokenKeys({ ...options, url: jwt.jwksUrl });

  async function claimsOf(token: string): Promise<JWTPayload | null> {
    try {
      const { payload } = await jwtVerify(token, keys.keyFor, {
        issuer: jwt.issuer,
        audience: jwt.audience,
        algorithms: ALGORITHMS,
        requiredClaims: ['exp'],
        clockTolerance: CLOCK_TOLERANCE_S,
        currentDate: new Date(clock.now()),
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JOSEError) return null;
      // A key of the set that is of no use, for one, is the issuer's fault and not the caller's.
      throw error instanceof AuthenticationUnavailable
        ? error
        : new AuthenticationUnavailable(error);
    }
  }

  function sessionOf(claims: JWTPayload): Session | null {
    const { [jwt.tenantClaim]: tenant, sub, exp = 0 } = claims;
    if (typeof tenant !== 'string' || !isName(tenant)) return null;
    return {
      principal: {
        tenant,
        user: typeof sub === 'string' && isName(sub) ? sub : null,
        operator: jwt.operatorClaim !== null && claims[jwt.operatorClaim] === true,
        ...termsOf(tenant),
      },
      expiresAt: (exp + CLOCK_TOLERANCE_S) * 1_000,
    };
  }

  return {
    async authenticate({ authorization }) {
      const token = secretIn(authorization);
      const claims = token === null ? null : await claimsOf(token);
      return claims && sessionOf(claims);
    },
    // A token says the same until it ends. What its tenant may is changed elsewhere, and told of there.
    onChanged: () => () => {},
    async [Symbol.asyncDispose]() {
      keys[Symbol.dispose]();
    },
  };
}
