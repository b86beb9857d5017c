import { watchFile } from '../files/watch-file.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Authentication, Session } from './authentication.ts';
import { secretIn } from './credentials.ts';
import { hashOfKey, type Keys } from './keys.ts';
import { parseKeysFile } from './keys-file.ts';
import { KeysFileError } from './keys-file-error.ts';
import { FREE_TERMS, type Terms } from './terms.ts';

export type ApiKeys = Authentication &
  AsyncDisposable & {
    /** What holds for callers of a tenant who come without a key. It changes with the keys. */
    termsOf(tenant: string): Terms;
  };

/**
 * Callers by the keys of a file, which is read again when it changes. While what it says cannot be used, the keys
 * stay as they were.
 *
 * @param options.everyMs how often it is looked whether the file changed
 * @throws KeysFileError when the file cannot be used at first
 */
export async function apiKeyAuthentication(options: {
  path: string;
  everyMs: number;
  logger: Logger;
}): Promise<ApiKeys> {
  const { path, everyMs, logger } = options;
  const listeners = new Set<() => void>();
  let keys: Keys = { principals: new Map(), terms: new Map(), warnings: [] };

  function take(bytes: Buffer) {
    keys = parseKeysFile(bytes.toString('utf8'));
    logger.info({ keys: keys.principals.size, tenants: keys.terms.size }, 'API keys read');
    for (const warning of keys.warnings) logger.warn({}, warning);
    for (const listener of listeners) listener();
  }

  function failed(error: unknown) {
    const known = asKeysFileError(error, path);
    logger.error(
      known === null ? { error } : { problems: known.problems },
      'API keys stay as they were: the file cannot be used',
    );
  }

  const file = await watchFile({ path, everyMs, take, failed }).catch((error: unknown) => {
    throw asKeysFileError(error, path) ?? error;
  });

  return {
    async authenticate({ authorization }): Promise<Session | null> {
      const key = secretIn(authorization);
      const principal = key === null ? undefined : keys.principals.get(hashOfKey(key));
      return principal === undefined ? null : { principal, expiresAt: null };
    },
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    termsOf: (tenant) => keys.terms.get(tenant) ?? FREE_TERMS,
    [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
  };
}

/** Null for what nobody foresaw. */
function asKeysFileError(error: unknown, path: string): KeysFileError | null {
  if (error instanceof KeysFileError) return error;
  if (!(error instanceof Error && 'syscall' in error && 'code' in error)) return null;
  return new KeysFileError([`It cannot be read (${error.code}): ${path}`]);
}
