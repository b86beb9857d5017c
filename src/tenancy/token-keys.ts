import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  type JWTVerifyGetKey,
} from 'jose';
import type { Clock } from '../domain/clock.ts';
import type { Logger } from '../telemetry/logger.ts';
import { AuthenticationUnavailable } from './authentication.ts';

/** How long the answer may take. */
const TIMEOUT_MS = 5_000;
/** A key that was taken out of the set is good for that long yet. */
const REFRESH_MS = 300_000;
/** Whoever sends tokens of unknown keys makes the set be fetched that often, and no more. */
const UNKNOWN_KEY_PAUSE_MS = 10_000;
/** The same when it cannot be fetched. */
const LEAST_PAUSE_MS = 1_000;

export type TokenKeys = Disposable & {
  /**
   * The key that signs a token by what its header says. Rejects with an error of jose's when there is none, with
   * `AuthenticationUnavailable` when that cannot be told now.
   */
  readonly keyFor: JWTVerifyGetKey;
};

/**
 * The keys at a URL, a JSON Web Key Set (RFC 7517): fetched at once, again from time to time, and when a token
 * names one that is not among them. While they cannot be fetched, those that are known stay good.
 */
export function openTokenKeys(options: {
  url: string;
  fetch: typeof fetch;
  clock: Clock;
  logger: Logger;
}): TokenKeys {
  const { clock, logger } = options;
  let askedAt = Number.NEGATIVE_INFINITY;
  let failing = false;
  const keySet = createRemoteJWKSet(new URL(options.url), {
    timeoutDuration: TIMEOUT_MS,
    cooldownDuration: UNKNOWN_KEY_PAUSE_MS,
    // Whether they are fresh is seen to here: jose would refuse everyone while a refresh fails.
    cacheMaxAge: Number.POSITIVE_INFINITY,
    [customFetch]: fetchKeys,
  });
  refresh();
  const timer = setInterval(refresh, REFRESH_MS);
  timer.unref();

  /** In the background: what came of it is logged. */
  function refresh() {
    keySet.reload().catch(() => {});
  }

  async function fetchKeys(url: string, init: RequestInit): Promise<Response> {
    if (clock.elapsed() - askedAt < LEAST_PAUSE_MS) throw new Error('They were just asked for.');
    askedAt = clock.elapsed();
    try {
      const response = await options.fetch(url, init);
      if (response.status !== 200) throw new Error(`The answer has status ${response.status}.`);
      const keys = await response.json();
      createLocalJWKSet(keys);
      if (failing) logger.info({}, 'the keys of tokens are there again');
      failing = false;
      return Response.json(keys);
    } catch (error) {
      if (!failing) logger.warn({ error }, 'the keys of tokens cannot be fetched');
      failing = true;
      throw error;
    }
  }

  return {
    async keyFor(header, token) {
      try {
        return await keySet(header, token);
      } catch (error) {
        if (isOfToken(error)) throw error;
        throw new AuthenticationUnavailable(error);
      }
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

/** Several match a token without `kid` where the set has more than one key of its kind. */
function isOfToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys
  );
}
