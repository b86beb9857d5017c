import type { EntryPlace } from './store.ts';

/** A digest, whichever. */
const KEY = /^[\w-]+$/;

/**
 * The path of a place among all tenants: `<tenant>:<namespace>:<key>`. No two places share one, whatever
 * the names hold, and none has a character that a Redis pattern gives a meaning to.
 */
export function pathOf({ tenant, namespace, key }: EntryPlace): string {
  return `${scopePath(tenant, namespace)}${key}`;
}

/**
 * What the paths of a tenant's places begin with, or of those in one of its namespaces, and no other paths do.
 *
 * @param namespace null: all of the tenant
 */
export function scopePath(tenant: string, namespace: string | null): string {
  const ofTenant = `${escapeName(tenant)}:`;
  return namespace === null ? ofTenant : `${ofTenant}${escapeName(namespace)}:`;
}

/** The place with this path; null for what is the path of none. */
export function placeOfPath(path: string): EntryPlace | null {
  const [tenant = '', namespace = '', key = '', ...more] = path.split(':');
  if (more.length > 0 || !KEY.test(key)) return null;
  const place = { tenant: unescapeName(tenant), namespace: unescapeName(namespace), key };
  // Of the ways in which a name could be escaped, one is ours.
  return pathOf(place) === path ? place : null;
}

/** The public id of the entry at a place. With the tenant, it holds all that is needed to find the entry. */
export function entryIdOf({ namespace, key }: EntryPlace): string {
  return `${escapeName(namespace)}:${key}`;
}

/** The place of the entry with this id; null for what is no id. */
export function placeOfId(tenant: string, entryId: string): EntryPlace | null {
  return placeOfPath(`${escapeName(tenant)}:${entryId}`);
}

/**
 * A name as a part of a key in Redis: no two share one, and no character of it has a meaning there. UTF-16 units are
 * written one by one, so that a lone surrogate stays what it is.
 */
export function escapeName(name: string): string {
  return name.replace(
    /[^\w.-]/g,
    (unit) => `%${unit.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()}`,
  );
}

/** What `escapeName` made this of. */
export function unescapeName(escaped: string): string {
  return escaped.replace(/%([0-9A-F]{4})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}
