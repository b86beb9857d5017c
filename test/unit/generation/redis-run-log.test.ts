import { describe, expect, it } from 'vitest';
import { runKeys } from '../../../src/generation/redis-run-keys.ts';
import { type RunEvent, RunLogFenced, RunUnknown } from '../../../src/generation/run-log.ts';
import { createSealer } from '../../../src/redis/sealing.ts';
import { sampleEnd } from '../../contract/run-log.ts';
import { collect } from '../../support/collect.ts';
import { openRedisPeers } from '../../support/open-redis-peers.ts';
import { useRedis } from '../../support/use-redis.ts';

const opened = useRedis();

const patient = new AbortController().signal;
const beforeTheLoss: RunEvent[] = [
  { seq: 0, type: 'started', model: 'large-model' },
  { seq: 1, type: 'text', offset: 0, text: 'Chicks ' },
  {
    seq: 2,
    type: 'cut',
    generationId: 'one',
    failure: { code: 'CANCELLED', message: 'Cancelled.', retryable: false, retryAfterMs: null },
    afterMs: 10,
    firstTokenMs: 5,
  },
];

describe('a run whose log Redis has lost', () => {
  it.each<RunEvent>([
    { seq: 3, type: 'text', offset: 7, text: 'eat' },
    { seq: 3, type: 'reset', model: 'small-model', fallbacks: [], cause: 'fallback' },
  ])('is there again, all of it, with the next event: $type', async (next) => {
    await using owner = await openRedisPeers(opened.server.url);
    await using follower = await openRedisPeers(opened.server.url);
    await owner.log.append('key.run', 1, beforeTheLoss);
    // Before the owner could notice.
    await follower.redis.flushall();
    await owner.log.append('key.run', 1, [next, { seq: 4, type: 'ended', end: sampleEnd }]);
    const events = await collect(follower.log.read('key.run', -1, patient));
    expect(events.map(({ type }) => type)).toEqual([
      ...['started', 'text', 'cut'],
      ...[next.type, 'ended'],
    ]);
  });
});

describe('a run that Redis gave to another process, with the same token', () => {
  it('takes nothing more of the first one, which may have read by then what the other wrote', async () => {
    await using first = await openRedisPeers(opened.server.url);
    await using other = await openRedisPeers(opened.server.url);
    await first.log.append('given.run', 1, beforeTheLoss);
    await opened.redis.hset(runKeys('sluice:', 'given.run').state, 'owner', other.processId);
    const text: RunEvent = { seq: 3, type: 'text', offset: 7, text: 'crumbs' };
    await expect(first.log.append('given.run', 1, [text])).rejects.toBeInstanceOf(RunLogFenced);

    await other.log.append('given.run', 1, [{ ...text, text: 'grains' }]);
    const end: RunEvent = { seq: 3, type: 'ended', end: sampleEnd };
    await expect(first.log.append('given.run', 1, [end])).rejects.toBeInstanceOf(RunLogFenced);
    expect(await first.log.lastSeq('given.run')).toBe(3);
  });
});

describe('a run that another process has sealed', () => {
  const key = Buffer.alloc(32, 'a').toString('base64');
  const otherKey = Buffer.alloc(32, 'b').toString('base64');

  it('is read by who has the key, and unknown to who has not', async () => {
    await using owner = await openRedisPeers(opened.server.url, { sealer: createSealer([key]) });
    await using knowing = await openRedisPeers(opened.server.url, { sealer: createSealer([key]) });
    await owner.log.append('sealed.run', 1, beforeTheLoss);
    await owner.log.append('sealed.run', 1, [{ seq: 3, type: 'ended', end: sampleEnd }]);
    expect(await collect(knowing.log.read('sealed.run', -1, patient))).toHaveLength(4);
    for (const sealer of [createSealer([otherKey]), createSealer(null)]) {
      await using other = await openRedisPeers(opened.server.url, { sealer });
      const reading = collect(other.log.read('sealed.run', -1, patient));
      await expect(reading).rejects.toBeInstanceOf(RunUnknown);
      await expect(other.log.lastSeq('sealed.run')).rejects.toBeInstanceOf(RunUnknown);
    }
  });

  it('ends for who reads it when what follows cannot be opened', async () => {
    const sealer = createSealer([key]);
    await using owner = await openRedisPeers(opened.server.url, { sealer });
    await using follower = await openRedisPeers(opened.server.url, { sealer });
    await owner.log.append('changed.run', 1, beforeTheLoss);
    const reader = follower.log.read('changed.run', -1, patient)[Symbol.asyncIterator]();
    for (let count = 0; count < 3; count += 1) expect((await reader.next()).done).toBe(false);
    const next = reader.next();
    const { events } = runKeys('sluice:', 'changed.run');
    await opened.redis.xadd(events, '3-1', 'event', createSealer([otherKey]).seal('{}', events));
    await expect(next).rejects.toBeInstanceOf(RunUnknown);
  });
});
