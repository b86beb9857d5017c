import type { EntryPlace } from './store.ts';

/**
 * The path of a place among all tenants: `<tenant>:<namespace>:<key>`. No two places share one, whatever
 * the names hold, and none has a character that a Redis pattern gives a meaning to.
 */
export function pathOf({ tenant, namespace, key }: EntryPlace): string {
  return `${namespacePath(tenant, namespace)}${key}`;
}

/** What the paths of a namespace's places begin with, and no other paths do. */
export function namespacePath(tenant: string, namespace: string): string {
  return `${escapeName(tenant)}:${escapeName(namespace)}:`;
}

/** The public id of the entry at a place. With the tenant, it holds all that is needed to find the entry. */
export function entryIdOf({ namespace, key }: EntryPlace): string {
  return `${escapeName(namespace)}:${key}`;
}

/** UTF-16 units are written one by one, so that a lone surrogate stays what it is. */
function escapeName(name: string): string {
  return name.replace(
    /[^\w.-]/g,
    (unit) => `%${unit.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()}`,
  );
}
