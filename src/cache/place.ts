import type { EntryPlace } from './store.ts';

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

/** The public id of the entry at a place. With the tenant, it holds all that is needed to find the entry. */
export function entryIdOf({ namespace, key }: EntryPlace): string {
  return `${escapeName(namespace)}:${key}`;
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
