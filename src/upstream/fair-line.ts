/** Those who wait: the tenants in turn, and within a tenant first come, first served. */
export type FairLine<Waiter> = {
  /** How many wait. */
  size(): number;
  /** Each waiter stands in line once. */
  join(tenant: string, waiter: Waiter): void;
  /** Does nothing when he does not stand in line any more. */
  leave(tenant: string, waiter: Waiter): void;
  /** Whose turn it is; he leaves. Null when nobody waits. */
  takeFirst(): Waiter | null;
  /**
   * The one who came last of the tenant with most in line; he leaves. Of tenants with equally many it is `arriving`:
   * who came before is sent away only for somebody who asks for less. Null when nobody waits.
   */
  takeLast(arriving: string): Waiter | null;
};

/** A line in which nobody stands. */
export function createFairLine<Waiter>(): FairLine<Waiter> {
  /** None of them empty, in the order of their turns. */
  const lines = new Map<string, Waiter[]>();
  let size = 0;

  function remove(tenant: string, line: Waiter[], index: number): Waiter | null {
    const [waiter = null] = line.splice(index, 1);
    if (line.length === 0) lines.delete(tenant);
    size -= 1;
    return waiter;
  }

  function longest(arriving: string): string {
    let tenant = arriving;
    let length = lines.get(arriving)?.length ?? 0;
    for (const [other, line] of lines) {
      if (line.length > length) {
        tenant = other;
        length = line.length;
      }
    }
    return tenant;
  }

  return {
    size: () => size,
    join(tenant, waiter) {
      const line = lines.get(tenant);
      if (line === undefined) lines.set(tenant, [waiter]);
      else line.push(waiter);
      size += 1;
    },
    leave(tenant, waiter) {
      const line = lines.get(tenant);
      const index = line?.indexOf(waiter) ?? -1;
      if (line !== undefined && index >= 0) remove(tenant, line, index);
    },
    takeFirst() {
      for (const [tenant, line] of lines) {
        const waiter = remove(tenant, line, 0);
        // Whoever else of this tenant waits does so behind all others.
        if (lines.delete(tenant)) lines.set(tenant, line);
        return waiter;
      }
      return null;
    },
    takeLast(arriving) {
      const tenant = longest(arriving);
      const line = lines.get(tenant);
      return line === undefined ? null : remove(tenant, line, line.length - 1);
    },
  };
}
