import { describe, it } from 'vitest';
import { openRedisOutcomeLog, readAll } from '../../../support/open-outcome-logs.ts';
import { sampleLateSignal, sampleOutcome } from '../../../support/sample-outcome.ts';
import { startTcpProxy } from '../../../support/tcp-proxy.ts';
import { useRedis } from '../../../support/use-redis.ts';

const opened = useRedis();
const encryptionKey = Buffer.alloc(32, 1).toString('base64');

function newPrefix() {
  return `${crypto.randomUUID()}:`;
}

describe.concurrent('an outcome log in Redis', () => {
  it('is one for all processes', async ({ expect }) => {
    const shared = { maxEntries: 100, keyPrefix: newPrefix() };
    await using one = await openRedisOutcomeLog(opened.server.url, shared);
    await using other = await openRedisOutcomeLog(opened.server.url, shared);
    const outcome = sampleOutcome();
    const rating = sampleLateSignal(outcome.generationId);
    one.log.append(outcome);
    await one.log.flush();
    other.log.append(rating);
    await other.log.flush();
    expect((await readAll(one.log)).map(({ entry }) => entry)).toEqual([outcome, rating]);
    await other.log.erase({ tenant: 'acme', namespace: 'default' });
    expect(await readAll(one.log)).toEqual([]);
  });

  it('is written by itself', async ({ expect }) => {
    const options = { maxEntries: 100, flushMs: 10 };
    await using one = await openRedisOutcomeLog(opened.server.url, options);
    one.log.append(sampleOutcome());
    await expect.poll(() => one.redis.xlen(one.key)).toBe(1);
  });

  it('is sealed, so that an entry opens in its place alone', async ({ expect }) => {
    const keyPrefix = newPrefix();
    await using sealed = await openRedisOutcomeLog(opened.server.url, {
      ...{ maxEntries: 100, keyPrefix, encryptionKey },
    });
    const outcome = sampleOutcome({ prompt: 'What ails my hens?' });
    sealed.log.append(outcome);
    await sealed.log.flush();
    const [stored] = await sealed.redis.xrange(sealed.key, '-', '+');
    const fields = stored?.[1] ?? [];
    expect(JSON.stringify(fields)).not.toMatch(/hens|small-model|somebody/);
    const moved = fields.map((value) => (value === 'acme:default:' ? 'globex:default:' : value));
    await sealed.redis.xadd(sealed.key, '*', ...moved);
    expect((await readAll(sealed.log)).map(({ entry }) => entry)).toEqual([outcome]);
    await using blind = await openRedisOutcomeLog(opened.server.url, {
      maxEntries: 100,
      keyPrefix,
    });
    expect(await readAll(blind.log)).toEqual([]);
    // Who cannot open it can still erase it.
    await blind.log.erase({ tenant: 'acme', namespace: 'default' });
    expect(await readAll(sealed.log)).toEqual([]);
  });

  it('passes over what is none of ours', async ({ expect }) => {
    await using one = await openRedisOutcomeLog(opened.server.url, { maxEntries: 100 });
    for (const entry of ['garbage', 'null', '{"kind":"outcome"}']) {
      await one.redis.xadd(one.key, '*', 'of', 'acme:', 'id', 'x', 'entry', entry);
    }
    await one.redis.xadd(one.key, '*', 'more', 'fields');
    const outcome = sampleOutcome();
    one.log.append(outcome);
    await one.log.flush();
    expect((await readAll(one.log)).map(({ entry }) => entry)).toEqual([outcome]);
  });

  it('costs nobody anything while Redis is away, and is written when it is back', async ({
    expect,
  }) => {
    await using proxy = await startTcpProxy(Number(new URL(opened.server.url).port));
    await using one = await openRedisOutcomeLog(`redis://127.0.0.1:${proxy.port}`, {
      ...{ maxEntries: 100, flushMs: 50 },
    });
    proxy.refuse();
    proxy.cut();
    await expect.poll(() => one.redis.status).not.toBe('ready');
    const outcomes = [sampleOutcome(), sampleOutcome()];
    for (const outcome of outcomes) one.log.append(outcome);
    await one.log.flush();
    await expect(readAll(one.log)).rejects.toThrow();
    await expect(one.log.erase({ tenant: 'globex', namespace: null })).rejects.toThrow();
    proxy.accept();
    await expect.poll(() => opened.redis.xlen(one.key), { timeout: 10_000 }).toBe(2);
    await expect.poll(() => one.redis.status).toBe('ready');
    expect((await readAll(one.log)).map(({ entry }) => entry)).toEqual(outcomes);
    expect(one.log.lost).toBe(0);
    const told = one.logs.map(({ message }) => message);
    expect(told).toEqual([
      'outcomes of routed requests not logged, kept for later',
      'outcomes of routed requests are logged again',
    ]);
  });
});
