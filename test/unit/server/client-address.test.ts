import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientAddress } from '../../../src/server/client-address.ts';

/** The address of a client without proxies in front. */
function direct(peer: string | null): string {
  return clientAddress({ peer, forwardedFor: null }, 0);
}

describe('the address of a client', () => {
  it.each<[address: string, peer: string | null]>([
    ['192.0.2.7', '192.0.2.7'],
    ['192.0.2.7', '::ffff:192.0.2.7'],
    ['192.0.2.7', '::FFFF:c000:0207'],
    ['2001:db8:1:2::/64', '2001:db8:1:2:3:4:5:6'],
    ['2001:db8:1:2::/64', '2001:0DB8:0001:0002::'],
    ['2001:db8:0:0::/64', '2001:db8::1'],
    ['1:0:0:0::/64', '1::5:6:7:8'],
    ['64:ff9b:0:0::/64', '64:ff9b::192.0.2.7'],
    ['0:0:0:0::/64', '::1'],
    ['fe80:0:0:0::/64', 'fe80::1%eth0'],
    ['', null],
  ])('is %j for %j', (address, peer) => {
    expect(direct(peer)).toBe(address);
  });

  it('is one for all that an IPv6 client can choose', () => {
    const group = fc.integer({ min: 0, max: 0xffff }).map((number) => number.toString(16));
    const host = fc.array(group, { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(host, (groups) => {
        expect(direct(`2001:db8:1:2:${groups.join(':')}`)).toBe('2001:db8:1:2::/64');
      }),
    );
  });

  it('is found however an address is written', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        expect(direct(address)).toMatch(/^([\da-f]{1,4}(:[\da-f]{1,4}){3}::\/64|\d+(\.\d+){3})$/);
      }),
    );
  });
});

describe('the address of a client behind proxies', () => {
  const spoofed = '203.0.113.1';
  const client = '198.51.100.1';
  const outer = '10.0.0.2';
  const peer = '10.0.0.1';

  it.each<[address: string, proxies: number, forwardedFor: string | null]>([
    // Nobody is trusted.
    [peer, 0, client],
    // The peer has added who asked it.
    [client, 1, client],
    [client, 1, `${spoofed}, ${client}`],
    [client, 1, `nonsense, ${spoofed},${client} `],
    // And the one before it, too.
    [client, 2, `${client}, ${outer}`],
    [client, 2, `${spoofed}, ${client}, ${outer}`],
    // With the port, as some write it.
    [client, 1, `${client}:50123`],
    ['2001:db8:0:0::/64', 1, '[2001:db8::7]:50123'],
    ['2001:db8:0:0::/64', 1, '[2001:db8::7]'],
    ['2001:db8:0:0::/64', 1, '2001:db8::7'],
    // It came by another way, or a proxy hides or garbles it.
    [peer, 1, null],
    [peer, 1, ''],
    [peer, 2, client],
    [peer, 1, `${client}, unknown`],
    [peer, 1, `${client}, _hidden`],
    [peer, 1, `${client}, 999.1.1.1`],
    [peer, 1, `${client},`],
    [peer, 1, `[${client}`],
  ])('is %s with %i of them and X-Forwarded-For %j', (address, proxies, forwardedFor) => {
    expect(clientAddress({ peer, forwardedFor }, proxies)).toBe(address);
  });

  it('is the same whatever a client writes into the header himself', () => {
    fc.assert(
      fc.property(fc.string(), (written) => {
        const forwardedFor = `${written}, ${client}, ${outer}`;
        expect(clientAddress({ peer, forwardedFor }, 2)).toBe(client);
      }),
    );
  });
});
