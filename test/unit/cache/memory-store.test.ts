import { describe, expect, it } from 'vitest';
import { memoryCacheStore } from '../../../src/cache/memory-store.ts';
import { collect } from '../../support/collect.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { sampleEntry, samplePlace } from '../../support/sample-entry.ts';

const clock = fakeClock();
const first = samplePlace({ key: '1' });
const second = samplePlace({ key: '2' });
const third = samplePlace({ key: '3' });

function entry(text = '', livesMs = 60_000) {
  return sampleEntry({ text, expiresAt: clock.now() + livesMs });
}

/** A store with room for two entries and a half. */
function smallStore() {
  return memoryCacheStore({ maxBytes: 25_000, clock });
}
const large = 'x'.repeat(4_500);

describe('the memory store', () => {
  it('keeps an entry until the clock says that it has expired', async () => {
    const ownClock = fakeClock();
    await using store = memoryCacheStore({ maxBytes: 10_000, clock: ownClock });
    await store.put(first, sampleEntry({ expiresAt: ownClock.now() + 1_000 }));
    ownClock.advance(999);
    expect(await store.get(first)).not.toBeNull();
    ownClock.advance(1);
    expect(await store.get(first)).toBeNull();
    expect(await store.describe()).toEqual({ entries: 0, bytes: 0, evictions: 0 });
  });

  it('evicts what was asked for least recently when there is no room', async () => {
    await using store = smallStore();
    await store.put(first, entry(large));
    await store.put(second, entry(large));
    await store.get(first);
    await store.put(third, entry(large));
    expect(await store.get(second)).toBeNull();
    expect(await store.get(first)).not.toBeNull();
    expect(await store.get(third)).not.toBeNull();
    expect(await store.describe()).toMatchObject({ entries: 2, evictions: 1 });
  });

  it('does not count the eviction of an expired entry, nor a replacement or removal', async () => {
    const ownClock = fakeClock();
    await using store = memoryCacheStore({ maxBytes: 25_000, clock: ownClock });
    const expiresAt = ownClock.now() + 1_000;
    await store.put(first, sampleEntry({ text: large, expiresAt }));
    ownClock.advance(1_000);
    await store.put(second, sampleEntry({ text: large, expiresAt: ownClock.now() + 1_000 }));
    await store.put(third, sampleEntry({ text: large, expiresAt: ownClock.now() + 1_000 }));
    await store.put(third, sampleEntry({ text: large, expiresAt: ownClock.now() + 1_000 }));
    await store.remove(third);
    expect(await store.describe()).toMatchObject({ entries: 1, evictions: 0 });
  });

  it.each([
    'text',
    'reasoning',
    'prompt',
    'model',
    'id',
  ] as const)('does not store an entry whose %s alone is larger than the bound, nor drops others for it', async (field) => {
    await using store = smallStore();
    await store.put(first, entry());
    await store.put(second, { ...entry(), [field]: 'x'.repeat(12_500) });
    expect(await store.get(second)).toBeNull();
    expect(await store.get(first)).not.toBeNull();
    expect(await store.describe()).toMatchObject({ entries: 1, evictions: 0 });
  });

  it.each(['partition', 'vector'] as const)('counts the %s of a trace', async (field) => {
    await using store = smallStore();
    const trace = { partition: '', vector: '', savesUsd: null, [field]: 'x'.repeat(12_500) };
    await store.put(first, { ...entry(), trace });
    expect(await store.get(first)).toBeNull();
  });

  it('evicts what was asked for least recently, which a walk does not change', async () => {
    await using store = smallStore();
    await store.put(first, entry(large));
    await store.put(second, entry(large));
    await store.get(first);
    expect(await collect(store.entries())).toHaveLength(2);
    await store.put(third, entry(large));
    expect(await store.get(second)).toBeNull();
  });

  it('stays within its bound', async () => {
    await using store = memoryCacheStore({ maxBytes: 100_000, clock });
    for (let index = 0; index < 500; index += 1) {
      await store.put(samplePlace({ key: `${index}` }), entry('x'.repeat(index * 10)));
      const { bytes } = await store.describe();
      expect(bytes).toBeLessThanOrEqual(100_000);
    }
  });
});
