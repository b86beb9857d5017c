import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { guardStore } from '../../../src/cache/guarded-store.ts';
import { memoryCacheStore } from '../../../src/cache/memory-store.ts';
import type { CacheStore } from '../../../src/cache/store.ts';
import { systemClock } from '../../../src/domain/clock.ts';
import { collect } from '../../support/collect.ts';
import { sampleEntry, samplePlace } from '../../support/sample-entry.ts';

const place = samplePlace();

/** A guarded store whose inner `get` does what `get` says, counted. */
function guarded(get: CacheStore['get']) {
  const inner = memoryCacheStore({ maxBytes: 10_000, clock: systemClock });
  const asked = vi.fn(get);
  const store = guardStore(
    { ...inner, get: asked },
    {
      name: 'redis',
      timeoutMs: 50,
      clock: systemClock,
    },
  );
  return { store, asked };
}

const hang = () => new Promise<never>(() => {});
const fail = () => Promise.reject(new Error('broken'));

async function failTimes(store: CacheStore, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    await expect(store.get(place)).rejects.toThrow('broken');
  }
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a guarded store', () => {
  it('answers as the store behind it', async () => {
    const inner = memoryCacheStore({ maxBytes: 10_000, clock: systemClock });
    await using store = guardStore(inner, { name: 'redis', timeoutMs: 50, clock: systemClock });
    const entry = sampleEntry();
    await store.put(place, entry);
    expect(await store.get(place)).toEqual(entry);
    expect(await store.describe()).toMatchObject({ entries: 1 });
    expect(await collect(store.entries())).toEqual([{ place, entry }]);
    expect(await store.removeNamespace(place.tenant, place.namespace)).toBe(1);
    expect(await store.remove(place)).toBe(0);
    expect(store.kind).toBe('MEMORY');
  });

  it('rejects at its deadline when the store hangs', async () => {
    const { store } = guarded(hang);
    const settled = vi.fn();
    store.get(place).catch(settled);
    await vi.advanceTimersByTimeAsync(49);
    expect(settled).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(2);
    expect(settled).toHaveBeenCalledOnce();
  });

  it('asks the store no more after five failures in a row', async () => {
    const { store, asked } = guarded(fail);
    await failTimes(store, 5);
    await expect(store.get(place)).rejects.toThrow();
    await expect(store.put(place, sampleEntry())).rejects.toThrow();
    await expect(store.describe()).rejects.toThrow();
    expect(asked).toHaveBeenCalledTimes(5);
    expect(store.health()).toMatchObject({ name: 'redis', status: 'UNAVAILABLE' });
  });

  it('counts late answers as failures', async () => {
    const { store, asked } = guarded(hang);
    const looks = Array.from({ length: 5 }, () => expect(store.get(place)).rejects.toThrow());
    await vi.advanceTimersByTimeAsync(51);
    await Promise.all(looks);
    await expect(store.get(place)).rejects.toThrow();
    expect(asked).toHaveBeenCalledTimes(5);
  });

  it('goes on asking when failures are not in a row', async () => {
    const answers = [fail, fail, fail, fail, async () => null];
    let calls = 0;
    const { store, asked } = guarded(() => (answers[calls++ % answers.length] ?? fail)());
    for (let time = 0; time < 20; time += 1) await store.get(place).catch(() => {});
    expect(asked).toHaveBeenCalledTimes(20);
  });

  it('lets one call try after two seconds, and no other until that is over', async () => {
    let answer: () => Promise<null> = fail;
    const { store, asked } = guarded(() => answer());
    await failTimes(store, 5);
    const trial = Promise.withResolvers<null>();
    answer = () => trial.promise;

    await vi.advanceTimersByTimeAsync(1_999);
    await expect(store.get(place)).rejects.toThrow();
    expect(asked).toHaveBeenCalledTimes(5);
    await vi.advanceTimersByTimeAsync(1);
    const tried = store.get(place);
    await expect(store.get(place)).rejects.toThrow();
    expect(asked).toHaveBeenCalledTimes(6);

    trial.resolve(null);
    expect(await tried).toBeNull();
    expect(await store.get(place)).toBeNull();
    expect(store.health()).toMatchObject({ status: 'OK', detail: null });
  });

  it('stays away for another two seconds when the trial fails', async () => {
    const { store, asked } = guarded(fail);
    await failTimes(store, 5);
    await vi.advanceTimersByTimeAsync(2_000);
    await expect(store.get(place)).rejects.toThrow('broken');
    await expect(store.get(place)).rejects.not.toThrow('broken');
    expect(asked).toHaveBeenCalledTimes(6);
  });

  it('does not cut short the removal of a large namespace', async () => {
    const inner = memoryCacheStore({ maxBytes: 10_000, clock: systemClock });
    const removal = Promise.withResolvers<number>();
    const store = guardStore(
      { ...inner, removeNamespace: () => removal.promise },
      { name: 'redis', timeoutMs: 50, clock: systemClock },
    );
    const removed = store.removeNamespace('acme', 'default');
    await vi.advanceTimersByTimeAsync(60_000);
    removal.resolve(1_000_000);
    expect(await removed).toBe(1_000_000);
  });

  it('tells how the store was the last time, and how long it took', async () => {
    let answer: () => Promise<null> = async () => null;
    const { store } = guarded(() => answer());
    expect(store.health()).toEqual({ name: 'redis', status: 'OK', latencyMs: null, detail: null });

    answer = () => new Promise((resolve) => setTimeout(resolve, 20, null));
    const late = store.get(place);
    await vi.advanceTimersByTimeAsync(20);
    await late;
    expect(store.health()).toMatchObject({ status: 'OK', latencyMs: 20 });

    answer = hang;
    const failed = store.get(place).catch(() => {});
    await vi.advanceTimersByTimeAsync(51);
    await failed;
    expect(store.health()).toMatchObject({ status: 'DEGRADED', latencyMs: 51 });
  });
});
