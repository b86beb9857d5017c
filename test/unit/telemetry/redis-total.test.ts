import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { mergeBuckets } from '../../../src/telemetry/merge-buckets.ts';
import { type Call, redisTotal } from '../../../src/telemetry/redis-total.ts';
import { createSeries } from '../../../src/telemetry/series.ts';
import { type FakeClock, fakeClock } from '../../support/fake-clock.ts';
import { sampleRecord } from '../../support/sample-record.ts';

const WEEK_MS = 7 * 24 * 60 * 60 * 1000;
const atOnce: Call = (command) => command();

import { useRedis } from '../../support/use-redis.ts';

const opened = useRedis();

/** What one process has to do with the total at `key`. */
function openProcess(key: string, clock: FakeClock = fakeClock()) {
  const series = createSeries();
  const place = { redis: opened.redis, key, processId: randomUUID(), newId: randomUUID };
  const onForgotten = series.clear;
  const total = redisTotal({ ...place, clock, series, onLost() {}, onForgotten });
  return {
    clock,
    record: () => series.add(sampleRecord({ at: clock.now() })),
    save: (call = atOnce) => total.save(call),
    erase: (call = atOnce) => total.erase(call),
    read: async (call = atOnce) => mergeBuckets(await total.read(call)).summary().requests,
  };
}

describe('a total that is erased', () => {
  it('is not brought back by a process that was told nothing', async () => {
    const key = randomUUID();
    const [one, other, reader] = [openProcess(key), openProcess(key), openProcess(key)];
    for (const { record, save } of [one, other]) {
      record();
      await save();
    }
    other.record();
    await one.erase();
    expect(await reader.read()).toBe(0);
    expect(await other.read()).toBe(0);
    await other.save();
    expect(await reader.read()).toBe(0);
    other.record();
    one.record();
    for (const { save } of [one, other]) await save();
    for (const { read } of [one, other, reader]) expect(await read()).toBe(2);
  });

  it('stays empty when a portion was on its way', async () => {
    const key = randomUUID();
    const [one, other, reader] = [openProcess(key), openProcess(key), openProcess(key)];
    one.record();
    await one.save();
    one.record();
    let calls = 0;
    await one.save(async (command) => {
      // It has been read, and is about to be replaced.
      calls += 1;
      if (calls === 2) await other.erase();
      return command();
    });
    expect(calls).toBe(3);
    expect(await reader.read()).toBe(0);
  });

  it('goes on as any other from then on', async () => {
    const key = randomUUID();
    const { record, save, erase, read } = openProcess(key);
    await erase();
    expect(await opened.redis.pttl(key)).toBeGreaterThan(0);
    record();
    await save();
    expect(await opened.redis.pttl(key)).toBe(-1);
    await opened.redis.del(key);
    record();
    await save();
    // It was lost, and not erased: all that was counted is written again.
    expect(await read()).toBe(2);
  });
});

describe('a total in Redis', () => {
  it('lacks no portion that arrives while it is read', async () => {
    const { record, save, read } = openProcess(randomUUID());
    record();
    await save();
    record();
    let saved: Promise<void> | undefined;
    const answersLate: Call = async (command) => {
      const reply = await command();
      saved ??= save();
      await saved;
      return reply;
    };
    expect(await read(answersLate)).toBe(2);
  });

  it('adds a portion that was lost on the way, and the next one, at once', async () => {
    const key = randomUUID();
    const { record, save } = openProcess(key);
    const { read } = openProcess(key);
    let calls = 0;
    const losesTheWrite: Call = async (command) => {
      calls += 1;
      if (calls === 2) throw new Error('lost');
      return await command();
    };
    record();
    await expect(save(losesTheWrite)).rejects.toThrow('lost');
    record();
    await save();
    expect(await read()).toBe(2);
  });

  it('goes on for a process that was silent for longer than it is remembered', async () => {
    const key = randomUUID();
    const clock = fakeClock();
    const silent = openProcess(key, clock);
    const other = openProcess(key, clock);
    for (let round = 1; round <= 3; round += 1) {
      silent.record();
      await silent.save();
      clock.advance(WEEK_MS + 1);
      other.record();
      await other.save();
      expect(await other.read()).toBe(2 * round);
      expect(await silent.read()).toBe(2 * round);
    }
    expect(await opened.redis.hlen(key)).toBe(3 + 1);
  });

  it('is not written over when it cannot be read', async () => {
    const key = randomUUID();
    await opened.redis.hset(key, { state: '{"requests":"many"}', stamp: 's', epoch: 'e' });
    const { record, save, read } = openProcess(key);
    record();
    await expect(save()).rejects.toThrow('not readable');
    await expect(read()).rejects.toThrow('not readable');
    expect(await opened.redis.hget(key, 'state')).toBe('{"requests":"many"}');
  });
});
