import { describe, expect, it } from 'vitest';
import type { CacheEntry } from '../../../../src/cache/entry.ts';
import { pathOf } from '../../../../src/cache/place.ts';
import type { EntryPlace } from '../../../../src/cache/store.ts';
import {
  built,
  findable,
  heldWalk,
  indexed,
  openKeptInStep,
  settle,
} from '../../../support/kept-in-step.ts';
import { sampleEntry, samplePlace } from '../../../support/sample-entry.ts';

const [a, b, c] = ['a', 'b', 'c'].map((key) => samplePlace({ key })) as [
  EntryPlace,
  EntryPlace,
  EntryPlace,
];

describe('an index that is kept in step', () => {
  it('comes to have what the store has, but for what like prompts must not find', async () => {
    await using process = openKeptInStep();
    await process.memory.put(a, findable('one'));
    await process.memory.put(b, sampleEntry({ prompt: 'two', trace: null }));
    expect(process.inStep.status()).toEqual({ building: true, lastFailure: null });
    process.told.onGap();
    await built(process);
    expect(process.contents()).toEqual(['a: one']);
  });

  it('has what another process keeps, and the newest of a place', async () => {
    await using process = openKeptInStep();
    await process.memory.put(a, findable('one'));
    process.told.onChange({ type: 'kept', place: a });
    await expect.poll(process.contents).toEqual(['a: one']);
    await process.memory.put(a, findable('newer'));
    process.told.onChange({ type: 'kept', place: a });
    await expect.poll(process.contents).toEqual(['a: newer']);
    await process.memory.put(a, sampleEntry({ trace: null }));
    process.told.onChange({ type: 'kept', place: a });
    await expect.poll(process.contents).toEqual([]);
  });

  it('forgets at once what another process removes or erases', async () => {
    await using process = openKeptInStep();
    for (const place of [a, b, c]) process.own.add(indexed(place, 'x'));
    process.own.add(indexed(samplePlace({ namespace: 'docs', key: 'd' }), 'x'));
    process.own.add(indexed(samplePlace({ tenant: 'globex', key: 'e' }), 'x'));
    process.told.onChange({ type: 'removed', place: a });
    expect(process.contents()).toEqual(['b: x', 'c: x', 'd: x', 'e: x']);
    process.told.onChange({ type: 'erased', tenant: 'acme', namespace: 'default' });
    expect(process.contents()).toEqual(['d: x', 'e: x']);
    process.told.onChange({ type: 'erased', tenant: 'acme', namespace: null });
    expect(process.contents()).toEqual(['e: x']);
  });

  it('keeps nothing that was removed while it was being read', async () => {
    const answers: PromiseWithResolvers<CacheEntry | null>[] = [];
    await using process = openKeptInStep({
      get() {
        const answer = Promise.withResolvers<CacheEntry | null>();
        answers.push(answer);
        return answer.promise;
      },
    });
    process.told.onChange({ type: 'kept', place: a });
    process.told.onChange({ type: 'removed', place: a });
    answers[0]?.resolve(findable('gone'));
    await expect.poll(() => answers.length).toBe(2);
    expect(process.contents()).toEqual([]);
    answers[1]?.resolve(null);
    process.told.onChange({ type: 'kept', place: b });
    await expect.poll(() => answers.length).toBe(3);
    answers[2]?.resolve(findable('there'));
    await expect.poll(process.contents).toEqual(['b: there']);
  });

  it('asks the store when it has heard of a place that this process adds or removes', async () => {
    await using process = openKeptInStep();
    process.told.onChange({ type: 'removed', place: a });
    process.told.onChange({ type: 'erased', tenant: 'acme', namespace: 'docs' });
    const inDocs = samplePlace({ namespace: 'docs', key: 'd' });
    process.own.add(indexed(a, 'removed since'));
    process.own.add(indexed(inDocs, 'erased since'));
    process.own.add(indexed(b, 'of this process alone'));
    await expect.poll(process.contents).toEqual(['b: of this process alone']);
    await process.memory.put(a, findable('kept since'));
    process.own.remove(a);
    await expect.poll(process.contents).toEqual(['a: kept since', 'b: of this process alone']);
  });

  it('asks the store after a gap about what this process adds, which may have been removed unheard', async () => {
    await using process = openKeptInStep();
    process.told.onGap();
    await built(process);
    process.own.add(indexed(a, 'removed unheard'));
    await expect.poll(process.contents).toEqual([]);
  });

  it('takes what it adds itself for newer than what is being read, however much is heard meanwhile', async () => {
    const asked = Promise.withResolvers<CacheEntry | null>();
    let reads = 0;
    await using process = openKeptInStep({
      get(place) {
        if (pathOf(place) !== pathOf(a)) return process.memory.get(place);
        reads += 1;
        return reads === 1 ? asked.promise : process.memory.get(place);
      },
    });
    process.told.onChange({ type: 'kept', place: a });
    for (let key = 0; key < 2_000; key += 1) {
      process.told.onChange({ type: 'kept', place: samplePlace({ key: `${key}` }) });
    }
    await process.memory.put(a, findable('newer'));
    process.own.add(indexed(a, 'newer'));
    asked.resolve(findable('older'));
    await expect.poll(() => reads).toBe(2);
    await settle();
    expect(process.contents()).toEqual(['a: newer']);
  });

  it('still has what was kept while its namespace was being erased', async () => {
    await using process = openKeptInStep();
    await process.memory.put(a, findable('meanwhile'));
    process.own.add(indexed(a, 'meanwhile'));
    process.own.add(indexed(b, 'erased'));
    process.told.onChange({ type: 'erased', tenant: 'acme', namespace: 'default' });
    expect(process.contents()).toEqual([]);
    await expect.poll(process.contents).toEqual(['a: meanwhile']);
  });

  it('finds and forgets by the index behind it', async () => {
    await using process = openKeptInStep();
    process.own.add(indexed(a, 'x'));
    expect(process.own.status()).toMatchObject({ entries: 1 });
    expect(process.own.removeNamespace('acme', null)).toBe(1);
    expect(process.own.remove(a)).toBe(false);
  });

  it('changes no more after disposal', async () => {
    const walk = heldWalk();
    await using process = openKeptInStep(walk);
    await process.memory.put(b, findable('kept'));
    process.own.add(indexed(c, 'there before'));
    process.told.onGap();
    await process.inStep[Symbol.asyncDispose]();
    walk.meets(a, 'stored');
    process.told.onChange({ type: 'kept', place: b });
    process.told.onChange({ type: 'removed', place: c });
    process.told.onGap();
    await expect.poll(walk.taken).toBe(1);
    await settle();
    expect(process.contents()).toEqual(['c: there before']);
  });
});
