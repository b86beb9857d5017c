import { clientAddress, type Hops } from './client-address.ts';

/** How many connections each client address has: WebSockets, and HTTP requests under way, together. */
export type AddressCaps = {
  /** One more, until the result is called; null when the address has as many as it may. */
  enter(hops: Hops): (() => void) | null;
};

export function createAddressCaps(options: {
  maximum: number;
  trustedProxies: number;
}): AddressCaps {
  const { maximum, trustedProxies } = options;
  const counts = new Map<string, number>();

  function leave(address: string) {
    const count = counts.get(address) ?? 0;
    if (count > 1) counts.set(address, count - 1);
    else counts.delete(address);
  }

  return {
    enter(hops) {
      const address = clientAddress(hops, trustedProxies);
      const count = counts.get(address) ?? 0;
      if (count >= maximum) return null;
      counts.set(address, count + 1);
      return () => leave(address);
    },
  };
}
