import type { EntryPlace } from '../store.ts';

/** Names as they were given, kept once for all places that share them. */
export type Scope = { readonly tenant: string; readonly namespace: string };

/** A number for each place. What lies in a namespace is found without a look at the others. */
export type PlaceMap = {
  get(place: EntryPlace): number | undefined;
  set(place: EntryPlace, id: number): Scope;
  delete(place: EntryPlace): void;
  /**
   * Deletes them all and gives what they had, in the order in which they were set.
   *
   * @param namespace null: all of the tenant
   */
  take(tenant: string, namespace: string | null): number[];
  clear(): void;
};

export function placeMap(): PlaceMap {
  type Places = Scope & { readonly ids: Map<string, number> };
  const tenants = new Map<string, Map<string, Places>>();

  function open({ tenant, namespace }: EntryPlace): Places {
    const namespaces = tenants.get(tenant) ?? new Map<string, Places>();
    const places = namespaces.get(namespace) ?? { tenant, namespace, ids: new Map() };
    namespaces.set(namespace, places);
    tenants.set(tenant, namespaces);
    return places;
  }

  function close(tenant: string, namespace: string) {
    const namespaces = tenants.get(tenant);
    namespaces?.delete(namespace);
    if (namespaces?.size === 0) tenants.delete(tenant);
  }

  return {
    get: ({ tenant, namespace, key }) => tenants.get(tenant)?.get(namespace)?.ids.get(key),
    set(place, id) {
      const places = open(place);
      places.ids.set(place.key, id);
      return places;
    },
    delete({ tenant, namespace, key }) {
      const ids = tenants.get(tenant)?.get(namespace)?.ids;
      ids?.delete(key);
      if (ids?.size === 0) close(tenant, namespace);
    },
    take(tenant, namespace) {
      const namespaces = tenants.get(tenant);
      const taken = namespace === null ? [...(namespaces?.keys() ?? [])] : [namespace];
      return taken.flatMap((name) => {
        const ids = namespaces?.get(name)?.ids.values() ?? [];
        close(tenant, name);
        return [...ids];
      });
    },
    clear: () => tenants.clear(),
  };
}
