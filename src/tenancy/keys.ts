import { hash } from 'node:crypto';
import type { Principal } from './principal.ts';
import type { Terms } from './terms.ts';

/** Who may call, as a file of keys has it. */
export type Keys = {
  /** By `hashOfKey`: the keys themselves are not kept, and how long a look-up takes tells nothing of them. */
  readonly principals: ReadonlyMap<string, Principal>;
  /** By tenant, for whoever calls for it without a key. */
  readonly terms: ReadonlyMap<string, Terms>;
  /** What an operator may have meant otherwise, one sentence each. */
  readonly warnings: readonly string[];
};

/** SHA-256 in hex. A slow hash is for passwords: nobody guesses a random key, however fast he can try. */
export function hashOfKey(key: string): string {
  return hash('sha256', key, 'hex');
}
