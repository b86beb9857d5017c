import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pathOf } from '../../../../src/cache/place.ts';
import type { StoredEntry } from '../../../../src/cache/store.ts';
import { findable, openKeptInStep, settle } from '../../../support/kept-in-step.ts';
import { samplePlace } from '../../../support/sample-entry.ts';

const [a, b] = [samplePlace({ key: 'a' }), samplePlace({ key: 'b' })];

const broken = () => Promise.reject(new Error('broken'));

async function* brokenWalk(step: () => Promise<never>): AsyncGenerator<StoredEntry> {
  yield await step();
}

describe('while the store does not answer', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('a walk is tried again after pauses that grow, which is logged once', async () => {
    let walks = 0;
    let works = false;
    await using process = openKeptInStep({
      async *entries() {
        walks += 1;
        if (!works) await broken();
        yield { place: a, entry: findable('stored') };
      },
    });
    process.told.onGap();
    await settle();
    for (const [pauseMs, walked] of [
      [250, 1],
      [500, 2],
      [1_000, 3],
      [2_000, 4],
    ] as const) {
      await vi.advanceTimersByTimeAsync(pauseMs - 1);
      expect(walks).toBe(walked);
      await vi.advanceTimersByTimeAsync(1);
      await settle();
      expect(walks).toBe(walked + 1);
    }
    expect(process.inStep.status()).toEqual({ building: true, lastFailure: 'broken' });
    expect(process.warnings()).toEqual([
      'reading the store for the index failed, and is tried again',
    ]);
    works = true;
    await vi.advanceTimersByTimeAsync(30_000);
    await settle();
    expect(process.inStep.status()).toEqual({ building: false, lastFailure: null });
    expect(process.contents()).toEqual(['a: stored']);
    expect(process.warnings()).toHaveLength(2);
  });

  it('pauses are half a minute at the most', async () => {
    const walk = vi.fn(broken);
    await using process = openKeptInStep({ entries: () => brokenWalk(walk) });
    process.told.onGap();
    await settle();
    for (let minute = 0; minute < 10; minute += 1) {
      await vi.advanceTimersByTimeAsync(60_000);
      await settle();
    }
    walk.mockClear();
    await vi.advanceTimersByTimeAsync(30_000);
    await settle();
    expect(walk).toHaveBeenCalledOnce();
  });

  it('what cannot be read is read later, and holds up nothing that can', async () => {
    const unreadable = new Set([pathOf(a)]);
    await using process = openKeptInStep({
      get: (place) => (unreadable.has(pathOf(place)) ? broken() : process.memory.get(place)),
    });
    for (let key = 0; key < 100; key += 1) unreadable.add(pathOf(samplePlace({ key: `${key}` })));
    await process.memory.put(a, findable('one'));
    await process.memory.put(b, findable('two'));
    process.told.onChange({ type: 'kept', place: a });
    for (let key = 0; key < 100; key += 1) {
      process.told.onChange({ type: 'kept', place: samplePlace({ key: `${key}` }) });
    }
    process.told.onChange({ type: 'kept', place: b });
    for (let round = 0; round < 10 && process.contents().length === 0; round += 1) {
      await settle();
      await vi.advanceTimersByTimeAsync(30_000);
    }
    expect(process.contents()).toEqual(['b: two']);
    expect(process.inStep.status()).toMatchObject({ lastFailure: 'broken' });
    unreadable.clear();
    await vi.advanceTimersByTimeAsync(30_000);
    await settle();
    expect(process.contents()).toEqual(['a: one', 'b: two']);
    expect(process.inStep.status()).toMatchObject({ lastFailure: null });
    expect(process.warnings()).toHaveLength(2);
  });

  it('a pause ends with disposal', async () => {
    await using process = openKeptInStep({ entries: () => brokenWalk(broken) });
    process.told.onGap();
    await settle();
    expect(vi.getTimerCount()).toBe(1);
    await process.inStep[Symbol.asyncDispose]();
    expect(vi.getTimerCount()).toBe(0);
  });
});
