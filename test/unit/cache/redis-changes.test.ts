import { describe, expect, it } from 'vitest';
import type { CacheChange } from '../../../src/cache/changes.ts';
import { openRedisCacheChanges } from '../../support/open-cache-changes.ts';
import { samplePlace } from '../../support/sample-entry.ts';
import { useRedis } from '../../support/use-redis.ts';

const SOON = { timeout: 1_000 };
const opened = useRedis();
const kept: CacheChange = { type: 'kept', place: samplePlace() };

describe('changes of stored answers in Redis', () => {
  it('pass over what is no change of ours', async () => {
    await using one = await openRedisCacheChanges(opened.server.url, 'one:');
    await using other = await openRedisCacheChanges(opened.server.url, 'one:');
    for (const { heard } of [one, other]) await expect.poll(() => heard, SOON).toEqual(['gap']);
    const others = [
      'garbage',
      'null',
      '{"type":"renamed","tenant":"acme"}',
      '{"type":"kept","place":{"tenant":"acme"}}',
      '{"type":"erased","tenant":"acme"}',
    ];
    for (const change of others) {
      await opened.redis.xadd('one:cache-changes', '*', 'by', 'another', 'change', change);
    }
    await one.changes.announce(kept);
    await expect.poll(() => other.heard, SOON).toEqual(['gap', kept]);
  });

  it('leave the keys of entries alone, and are left alone with them', async () => {
    await using one = await openRedisCacheChanges(opened.server.url, 'two:');
    await one.changes.announce(kept);
    expect(await opened.redis.keys('two:*')).toEqual(['two:cache-changes']);
    expect(await opened.redis.keys('two:cache:*')).toEqual([]);
  });
});
