import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../src/generation/run-log.ts';
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
