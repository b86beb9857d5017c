import { describe, expect, it } from 'vitest';
import { isSameAddress, parseRedisUrl } from '../../../src/config/redis-address.ts';

describe('the address of a Redis', () => {
  it.each([
    'redis://localhost',
    'redis://:p%40ss@[::1]:6380/3',
    'rediss://me:hush@host:6379',
  ])('is a server: %s', (url) => {
    expect(parseRedisUrl(url)).toEqual({ kind: 'server', url });
  });

  it('is a cluster by some of its nodes', () => {
    expect(parseRedisUrl('redis+cluster://a,b:7001,[fe80::1]:7002')).toEqual({
      kind: 'cluster',
      tls: false,
      username: null,
      password: null,
      nodes: [
        { host: 'a', port: 6379 },
        { host: 'b', port: 7001 },
        { host: 'fe80::1', port: 7002 },
      ],
    });
    expect(parseRedisUrl('rediss+cluster://me:a%3A%40%2Fb@a/0')).toMatchObject({
      tls: true,
      username: 'me',
      password: 'a:@/b',
    });
  });

  it('is the master that sentinels name', () => {
    expect(parseRedisUrl('redis+sentinel://a,b:7001/my%20master')).toEqual({
      kind: 'sentinel',
      tls: false,
      username: null,
      password: null,
      sentinels: [
        { host: 'a', port: 26379 },
        { host: 'b', port: 7001 },
      ],
      master: 'my master',
      database: 0,
      sentinelUsername: null,
      sentinelPassword: null,
    });
    const url = 'rediss+sentinel://:pw@a/main/2?sentinelUsername=me&sentinelPassword=a%26b';
    expect(parseRedisUrl(url)).toMatchObject({
      tls: true,
      username: null,
      password: 'pw',
      database: 2,
      sentinelUsername: 'me',
      sentinelPassword: 'a&b',
    });
  });

  it.each([
    ['http://:hush@host', /^must be a URL that begins with redis:\/\//],
    ['localhost:6379', /^must be a URL that begins with redis:\/\//],
    ['redis-cluster://host', /^must be a URL that begins with redis:\/\//],
    ['redis://:hush%@host', /^must be a URL with %-codes/],
    ['redis://:hu/sh@host', /^must be a URL like redis:\/\//],
    ['redis://host/cache', /^must end with a database number/],
    ['redis+cluster://:hu@sh@host', /^must be like redis\+cluster:\/\//],
    ['redis+cluster://:hu/sh@host', /^must name no database|^must be like/],
    ['redis+cluster://', /^must name hosts and ports/],
    ['redis+cluster://a,,b', /^must name hosts and ports/],
    ['redis+cluster://a:0', /^must name hosts and ports/],
    ['redis+cluster://a:65536', /^must name hosts and ports/],
    ['redis+cluster://a b', /^must name hosts and ports/],
    ['redis+cluster://host/1', /^must name no database/],
    ['redis+cluster://host?password=hush', /without options$/],
    ['redis+sentinel://host', /^must name the master/],
    ['redis+sentinel://host/', /^must name the master/],
    ['redis+sentinel://host/main/0/more', /^must name the master/],
    ['redis+sentinel://host/main/zero', /^must end with a database number/],
    ['redis+sentinel://host/main?password=hush', /^must have no options but/],
  ])('is not %s', (url, message) => {
    expect(() => parseRedisUrl(url)).toThrow(message);
    expect(() => parseRedisUrl(url)).not.toThrow(/hush|hu.sh/);
  });

  it.each([
    ['redis://host', 'redis://host:6379/0', true],
    ['redis://host/', 'redis://host', true],
    ['redis://host', 'redis://host/1', false],
    ['redis://host', 'redis://other', false],
    ['redis://host', 'rediss://host', false],
    ['redis+cluster://a,b', 'redis+cluster://a:6379,b:6379', true],
    ['redis+cluster://a', 'redis://a', false],
    ['redis+sentinel://a/main', 'redis+sentinel://a:26379/main/0', true],
    ['redis+sentinel://a/main', 'redis+sentinel://a/other', false],
  ])('%s and %s: the same is %s', (one, other, same) => {
    expect(isSameAddress(one, other)).toBe(same);
  });
});
