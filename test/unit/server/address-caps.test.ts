import { expect, it } from 'vitest';
import { createAddressCaps } from '../../../src/server/address-caps.ts';

function capsOfTwo(trustedProxies = 0) {
  const caps = createAddressCaps({ maximum: 2, trustedProxies });
  return (peer: string, forwardedFor: string | null = null) => caps.enter({ peer, forwardedFor });
}

it('an address has as many connections as it may, and others have theirs', () => {
  const enter = capsOfTwo();
  expect(enter('192.0.2.1')).not.toBeNull();
  expect(enter('192.0.2.1')).not.toBeNull();
  expect(enter('192.0.2.1')).toBeNull();
  expect(enter('192.0.2.2')).not.toBeNull();
});

it('a connection that ends makes room for one', () => {
  const enter = capsOfTwo();
  const leave = enter('192.0.2.1');
  enter('192.0.2.1');
  leave?.();
  expect(enter('192.0.2.1')).not.toBeNull();
  expect(enter('192.0.2.1')).toBeNull();
});

it('clients are told apart as the proxies in front tell them', () => {
  const enter = capsOfTwo(1);
  for (const client of ['192.0.2.1', '192.0.2.1', '192.0.2.2']) {
    expect(enter('10.0.0.1', client)).not.toBeNull();
  }
  expect(enter('10.0.0.1', '192.0.2.2, 192.0.2.1')).toBeNull();
});
