/** What belongs to a tenant, or to one of its namespaces alone. Plain JSON. */
export type DataScope = {
  readonly tenant: string;
  /** Null: all of the tenant. */
  readonly namespace: string | null;
};

export function isWithin(
  scope: DataScope,
  { tenant, namespace }: { readonly tenant: string; readonly namespace: string },
): boolean {
  return tenant === scope.tenant && (scope.namespace === null || namespace === scope.namespace);
}
