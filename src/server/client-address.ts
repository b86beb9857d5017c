import { isIP, isIPv6 } from 'node:net';

/** What a connection tells of where it comes from. */
export type Hops = {
  /** Whoever opened the connection; null when it is gone already. */
  readonly peer: string | null;
  /** `X-Forwarded-For`, in which each proxy adds whoever asked it; null when it is missing. */
  readonly forwardedFor: string | null;
};

/**
 * Who asks, as far as clients are told apart by their address: an IPv4 address, also one that is written as IPv6, or
 * the /64 of an IPv6 address, within which a client has as many as he likes.
 *
 * With `trustedProxies` in front that is whoever asked the outermost of them: so many from the right of
 * X-Forwarded-For. What stands further left anyone may have written there, and it has no bearing. Without an address
 * in that place it is the peer.
 */
export function clientAddress({ peer, forwardedFor }: Hops, trustedProxies: number): string {
  const told = trustedProxies === 0 ? undefined : forwardedFor?.split(',').at(-trustedProxies);
  return networkOf(addressIn(told ?? '') ?? peer ?? '');
}

/** Null when it is no address. */
function addressIn(hop: string): string | null {
  const address = hop.trim().replace(WITH_PORT, '$<ipv4>$<ipv6>');
  return isIP(address) === 0 ? null : address;
}

/** As some proxies add it: `192.0.2.1:443`, `[2001:db8::1]:443`; the brackets may stand alone. */
const WITH_PORT = /^(?:(?<ipv4>[\d.]+):\d+|\[(?<ipv6>[^\]]+)\](?::\d+)?)$/;

function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const groups = groupsOf(address);
  if (isIpv4Mapped(groups)) return groups.slice(6).flatMap(bytesOf).join('.');
  const prefix = groups.slice(0, 4).map((group) => group.toString(16));
  return `${prefix.join(':')}::/64`;
}

/** RFC 4291, section 2.5.5.2: as which a server that listens on `::` sees a client that has IPv4. */
function isIpv4Mapped(groups: readonly number[]): boolean {
  return groups.slice(0, 6).every((group, index) => group === (index === 5 ? 0xffff : 0));
}

/** The eight groups of 16 bits. */
function groupsOf(address: string): number[] {
  const [withoutZone = ''] = address.split('%');
  // Writes in hexadecimal, too, what came as four decimal bytes at the end.
  const { hostname } = new URL(`http://[${withoutZone}]`);
  const [head = [], tail = []] = hostname.slice(1, -1).split('::').map(numbersIn);
  const leftOut = new Array<number>(8 - head.length - tail.length).fill(0);
  return [...head, ...leftOut, ...tail];
}

function numbersIn(groups: string): number[] {
  return groups === '' ? [] : groups.split(':').map((group) => Number.parseInt(group, 16));
}

function bytesOf(group: number): number[] {
  return [group >> 8, group & 0xff];
}
