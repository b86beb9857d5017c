import { describe, expect, it, vi } from 'vitest';
import { memoryCacheStore } from '../../../../src/cache/memory-store.ts';
import { keepInStep } from '../../../../src/cache/semantic/keep-in-step.ts';
import type { EntryPlace } from '../../../../src/cache/store.ts';
import { systemClock } from '../../../../src/domain/clock.ts';
import { fakeClock } from '../../../support/fake-clock.ts';
import {
  built,
  findable,
  heldWalk,
  indexed,
  indexedOf,
  openKeptInStep,
} from '../../../support/kept-in-step.ts';
import { mapIndex } from '../../../support/map-index.ts';
import { recordLogs } from '../../../support/recorded-logs.ts';
import { samplePlace } from '../../../support/sample-entry.ts';
import { toldChanges } from '../../../support/told-changes.ts';

const [a, b, c] = ['a', 'b', 'c'].map((key) => samplePlace({ key })) as [
  EntryPlace,
  EntryPlace,
  EntryPlace,
];

describe('after a gap', () => {
  it('it forgets what the store has no more, at the end, and nothing else', async () => {
    const walk = heldWalk();
    await using process = openKeptInStep(walk);
    process.own.add(indexed(a, 'stays'));
    process.own.add(indexed(b, 'is gone'));
    process.told.onGap();
    walk.meets(a, 'stays');
    await expect.poll(walk.taken).toBe(1);
    expect(process.contents()).toEqual(['a: stays', 'b: is gone']);
    await process.memory.put(c, findable('kept meanwhile'));
    process.told.onChange({ type: 'kept', place: c });
    await process.memory.put(samplePlace({ key: 'd' }), findable('own'));
    process.own.add(indexed(samplePlace({ key: 'd' }), 'own'));
    walk.ends();
    await built(process);
    expect(process.contents()).toEqual(['a: stays', 'c: kept meanwhile', 'd: own']);
  });

  it('it does not bring back what was removed since it was read', async () => {
    const walk = heldWalk();
    await using process = openKeptInStep(walk);
    process.told.onGap();
    process.own.remove(a);
    process.told.onChange({ type: 'removed', place: b });
    process.told.onChange({ type: 'erased', tenant: 'globex', namespace: null });
    process.own.removeNamespace('acme', 'docs');
    walk.meets(a, 'stale');
    walk.meets(b, 'stale');
    walk.meets(samplePlace({ tenant: 'globex', key: 'd' }), 'stale');
    walk.meets(samplePlace({ namespace: 'docs', key: 'e' }), 'stale');
    walk.meets(c, 'stored');
    walk.ends();
    await built(process);
    expect(process.contents()).toEqual(['c: stored']);
  });

  it('it is read once more when there is another gap meanwhile', async () => {
    const walk = heldWalk();
    await using process = openKeptInStep(walk);
    process.told.onGap();
    walk.meets(a, 'first');
    await expect.poll(walk.taken).toBe(1);
    process.told.onGap();
    process.told.onGap();
    walk.ends();
    walk.meets(b, 'second');
    await expect.poll(process.contents).toEqual(['a: first', 'b: second']);
    expect(process.inStep.status().building).toBe(true);
    walk.ends();
    await built(process);
    expect(process.contents()).toEqual(['b: second']);
    expect(walk.taken()).toBe(4);
  });

  it('the event loop goes on, however much there is', async () => {
    const clock = fakeClock();
    const index = mapIndex();
    const { logger } = recordLogs();
    const store = memoryCacheStore({ maxBytes: 100_000_000, clock: systemClock });
    const places = Array.from({ length: 100 }, (_, key) => samplePlace({ key: `${key}` }));
    await Promise.all(places.map((place) => store.put(place, findable('x'))));
    const inOneTurn: number[] = [0];
    let turning = true;
    const turn = () => {
      inOneTurn.push(0);
      if (turning) setImmediate(turn);
    };
    setImmediate(turn);
    const told = toldChanges();
    await using inStep = keepInStep({
      ...{ store, changes: told, index, clock, logger },
      indexedOf(place, entry) {
        clock.advance(1);
        inOneTurn.push((inOneTurn.pop() ?? 0) + 1);
        return indexedOf(place, entry);
      },
    });
    told.onGap();
    await expect.poll(() => inStep.status().building).toBe(false);
    for (const place of places) told.onChange({ type: 'kept', place });
    const all = () => inOneTurn.reduce((sum, entries) => sum + entries, 0);
    await expect.poll(all).toBe(200);
    turning = false;
    expect(Math.max(...inOneTurn)).toBeLessThanOrEqual(5);
  });

  it('what is heard in great numbers is left to the walk', async () => {
    const get = vi.fn(async () => null);
    await using process = openKeptInStep({ get });
    await process.memory.put(a, findable('stored'));
    for (let key = 0; key <= 10_000; key += 1) {
      process.told.onChange({ type: 'kept', place: samplePlace({ key: `${key}` }) });
    }
    await built(process);
    expect(process.contents()).toEqual(['a: stored']);
    expect(get.mock.calls.length).toBeLessThan(100);
  });
});
