import { describe, expect, it } from 'vitest';
import { createOrigins } from '../../../src/server/origins.ts';

const app = 'https://app.example';

describe('which origins may call', () => {
  it.each<[may: boolean, listed: string[], origin: string | null, host: string | null]>([
    [true, [], null, 'gateway:4000'],
    [true, [], 'http://gateway:4000', 'gateway:4000'],
    [true, [], 'https://gateway', 'gateway'],
    [false, [], 'http://gateway:3000', 'gateway:4000'],
    [false, [], 'http://gateway.evil', 'gateway'],
    [false, [], 'null', null],
    [false, [], app, 'gateway'],
    [true, [app], app, 'gateway'],
    [false, [app], 'http://app.example', 'gateway'],
    [false, [app], 'https://app.example:8443', 'gateway'],
    [false, [app], 'null', 'gateway'],
    [true, ['*'], app, 'gateway'],
    [true, ['*'], 'null', 'gateway'],
  ])('is %s where %j are listed, for %j at the host %j', (may, listed, origin, host) => {
    expect(
      createOrigins({ listed, thisMachineOnly: false }).allow({ origin, host, fetchSite: null }),
    ).toBe(may);
  });
});

describe('a request that names no origin', () => {
  it.each<[may: boolean, listed: string[], fetchSite: string | null]>([
    [true, [], null],
    [true, [], 'same-origin'],
    [true, [], 'none'],
    [false, [], 'same-site'],
    [false, [], 'cross-site'],
    [false, [app], 'cross-site'],
    [true, ['*'], 'cross-site'],
  ])('is %s where %j are listed, when the browser says %j', (may, listed, fetchSite) => {
    const origins = createOrigins({ listed, thisMachineOnly: false });
    expect(origins.allow({ origin: null, host: 'gateway', fetchSite })).toBe(may);
  });

  it('is judged by its origin when it names one', () => {
    const origins = createOrigins({ listed: [app], thisMachineOnly: false });
    const from = { origin: app, host: 'gateway', fetchSite: 'cross-site' };
    expect(origins.allow(from)).toBe(true);
  });
});

describe('a server that whoever is on this machine may call', () => {
  it.each<[may: boolean, thisMachineOnly: boolean, origin: string | null, host: string | null]>([
    [true, true, 'http://localhost:4000', 'localhost:4000'],
    [true, true, 'http://127.0.0.1:4000', '127.0.0.1:4000'],
    [true, true, 'http://[::1]:4000', '[::1]:4000'],
    [true, true, null, 'localhost:4000'],
    [true, true, null, null],
    [false, true, 'http://rebound.example:4000', 'rebound.example:4000'],
    [false, true, 'http://127.0.0.1.example:4000', '127.0.0.1.example:4000'],
    [false, true, null, 'rebound.example:4000'],
    [false, true, null, 'no host'],
    [true, false, 'http://gateway.example:4000', 'gateway.example:4000'],
    [true, false, null, 'gateway.example:4000'],
  ])('says %s, where it is that %s, to %s, which was sent to %s', (may, thisMachineOnly, origin, host) => {
    const origins = createOrigins({ listed: [], thisMachineOnly });
    expect(origins.allow({ origin, host, fetchSite: null })).toBe(may);
  });

  it('may be called by a listed page, whatever name it knows it by', () => {
    const origins = createOrigins({ listed: [app], thisMachineOnly: true });
    expect(origins.allow({ origin: app, host: 'gateway', fetchSite: null })).toBe(true);
  });
});

describe('what an origin is told', () => {
  it.each<[listed: string[], origin: string | null, headers: object]>([
    [[], app, {}],
    [[app], app, { 'Access-Control-Allow-Origin': app, Vary: 'Origin' }],
    [[app], 'https://other.example', { Vary: 'Origin' }],
    [[app], null, { Vary: 'Origin' }],
    [['*'], app, { 'Access-Control-Allow-Origin': '*' }],
  ])('where %j are listed, for %j, is %j', (listed, origin, headers) => {
    expect(createOrigins({ listed, thisMachineOnly: false }).headersFor(origin)).toEqual(headers);
  });
});
