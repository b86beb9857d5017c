import { hash } from 'node:crypto';

/**
 * SHA-256 of `value` in base64url, 43 characters that are safe in any key space.
 *
 * The value is written as JSON, so that different values are different texts wherever one part ends and
 * the next begins, lone surrogates included; the order of an object's fields matters, so pass arrays.
 */
export function digest(value: JsonArray): string {
  return hash('sha256', JSON.stringify(value), 'base64url');
}

export type JsonArray = readonly (string | number | null | JsonArray)[];
