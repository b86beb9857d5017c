import { describe, expect, it, vi } from 'vitest';
import { redisVetoes } from '../../../../src/cache/semantic/redis-vetoes.ts';
import { systemClock } from '../../../../src/domain/clock.ts';
import type { Channels } from '../../../../src/redis/channels.ts';
import { openRedis } from '../../../support/open-redis.ts';
import {
  openRedisVetoes,
  sampleVeto,
  startRedisVetoes,
  untilKnown,
} from '../../../support/open-vetoes.ts';
import { recordLogs } from '../../../support/recorded-logs.ts';
import { freePort, startRedis } from '../../../support/redis-server.ts';
import { startTcpProxy } from '../../../support/tcp-proxy.ts';
import { useRedis } from '../../../support/use-redis.ts';

const SOON = { timeout: 2_000 };
const opened = useRedis();
const newPrefix = () => `${crypto.randomUUID()}:`;
/** Channels on which nothing is ever heard. */
const DEAF: Channels = {
  listen: () => () => {},
  async ready() {},
  async [Symbol.asyncDispose]() {},
};

const known = sampleVeto({ pair: 'known' });
const other = sampleVeto({ pair: 'other' });

describe('a process that does not know the vetoes yet', () => {
  it('takes every pair for one', async () => {
    await using starting = startRedisVetoes(`redis://127.0.0.1:${await freePort()}`, newPrefix());
    expect(starting.vetoes.has(known)).toBe(true);
    await expect(starting.vetoes.add(other)).rejects.toThrow();
    expect(starting.vetoes.has(known)).toBe(true);
  });

  it('knows them when Redis is there', async () => {
    await using server = await startRedis();
    await using starting = startRedisVetoes(server.url, newPrefix());
    await server.kill();
    expect(starting.vetoes.has(known)).toBe(true);
    await server.restart();
    await untilKnown(starting.vetoes);
    expect(starting.vetoes.has(known)).toBe(false);
  });
});

describe('while Redis is away', () => {
  it('what is known stands, and what cannot be told of stands here', async () => {
    await using server = await startRedis();
    await using process = await openRedisVetoes(server.url, newPrefix());
    const { vetoes } = process;
    await vetoes.add(known);
    await server.kill();
    await expect(vetoes.add(other)).rejects.toThrow();
    await expect(vetoes.erase({ tenant: 'acme', namespace: null })).rejects.toThrow();
    expect([known, other, sampleVeto()].map(vetoes.has)).toEqual([true, true, false]);
  });

  it('a process misses nothing for good', async () => {
    const keyPrefix = newPrefix();
    await using proxy = await startTcpProxy(opened.server.port);
    await using there = await openRedisVetoes(opened.server.url, keyPrefix);
    await using away = await openRedisVetoes(`redis://127.0.0.1:${proxy.port}`, keyPrefix);
    await there.vetoes.add(known);
    await expect.poll(() => away.vetoes.has(known), SOON).toBe(true);
    proxy.refuse();
    proxy.cut();
    await there.vetoes.erase({ tenant: 'acme', namespace: null });
    await there.vetoes.add(other);
    proxy.accept();
    await expect.poll(() => away.vetoes.has(other), SOON).toBe(true);
    expect(away.vetoes.has(known)).toBe(false);
  });
});

describe('when Redis has lost its data', () => {
  it('those who know vetoes write them again, for others and for who comes later', async () => {
    await using server = await startRedis();
    const keyPrefix = newPrefix();
    await using one = await openRedisVetoes(server.url, keyPrefix);
    const many = Array.from({ length: 1_500 }, (_, index) => sampleVeto({ pair: `pair${index}` }));
    await Promise.all(many.map((veto) => one.vetoes.add(veto)));
    await server.restart();
    await using admin = await openRedis(server.url);
    await expect.poll(() => admin.scard(`${keyPrefix}vetoes`), SOON).toBe(1_500);
    await using later = await openRedisVetoes(server.url, keyPrefix);
    expect(many.filter((veto) => !later.vetoes.has(veto))).toEqual([]);
  });

  it('what was erased does not come back', async () => {
    await using server = await startRedis();
    const keyPrefix = newPrefix();
    await using one = await openRedisVetoes(server.url, keyPrefix);
    await using two = await openRedisVetoes(server.url, keyPrefix);
    await one.vetoes.add(known);
    await one.vetoes.add(sampleVeto({ tenant: 'globex' }));
    await expect.poll(() => two.vetoes.has(known), SOON).toBe(true);
    await two.vetoes.erase({ tenant: 'acme', namespace: null });
    await expect.poll(() => one.vetoes.has(known), SOON).toBe(false);
    await server.restart();
    await using admin = await openRedis(server.url);
    const stored = () => admin.smembers(`${keyPrefix}vetoes`);
    await expect.poll(stored, SOON).toEqual([`globex:default:${'p'.repeat(43)}`]);
  });
});

describe('what is erased', () => {
  it('stays so where nobody had heard yet that it was added', async () => {
    const keyPrefix = newPrefix();
    await using there = await openRedisVetoes(opened.server.url, keyPrefix);
    // It looks when the test says so.
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const deaf = redisVetoes({
      ...{ redis: opened.redis, channels: DEAF, keyPrefix, processId: 'deaf', timeoutMs: 1_000 },
      ...{ clock: systemClock, logger: recordLogs().logger },
    });
    await untilKnown(deaf);
    await there.vetoes.add(known);
    await deaf.erase({ tenant: 'acme', namespace: null });
    await there.vetoes.add(other);
    await expect
      .poll(() => {
        vi.advanceTimersByTime(250);
        return deaf.has(other);
      }, SOON)
      .toBe(true);
    vi.useRealTimers();
    expect(deaf.has(known)).toBe(false);
    await deaf[Symbol.asyncDispose]();
  });
});

describe('the vetoes in Redis', () => {
  it('stay for ever', async () => {
    const keyPrefix = newPrefix();
    await using process = await openRedisVetoes(opened.server.url, keyPrefix);
    await process.vetoes.add(known);
    expect(await opened.redis.ttl(`${keyPrefix}vetoes`)).toBe(-1);
  });

  it('are none of what is no change of ours', async () => {
    const keyPrefix = newPrefix();
    await using process = await openRedisVetoes(opened.server.url, keyPrefix);
    const stream = `${keyPrefix}veto-changes`;
    for (const change of ['garbage', 'null', '{"type":"added"}', '{"type":"erased","path":"a"}']) {
      await opened.redis.xadd(stream, '*', 'by', 'another', 'change', change);
    }
    await using sender = await openRedisVetoes(opened.server.url, keyPrefix);
    await sender.vetoes.add(known);
    await expect.poll(() => process.vetoes.has(known), SOON).toBe(true);
    expect(process.logs.filter(({ level }) => level === 'warn')).toEqual([]);
  });
});
