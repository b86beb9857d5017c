import { describe, expect, it } from 'vitest';
import type { CacheChanges } from '../../../../src/cache/changes.ts';
import { memoryCacheStore } from '../../../../src/cache/memory-store.ts';
import { pathOf } from '../../../../src/cache/place.ts';
import type { EntryIndex } from '../../../../src/cache/semantic/entry-index.ts';
import { keepInStep } from '../../../../src/cache/semantic/keep-in-step.ts';
import type { CacheStore } from '../../../../src/cache/store.ts';
import { systemClock } from '../../../../src/domain/clock.ts';
import { collect } from '../../../support/collect.ts';
import { findable, indexedOf } from '../../../support/kept-in-step.ts';
import { mapIndex } from '../../../support/map-index.ts';
import { recordLogs } from '../../../support/recorded-logs.ts';
import { sampleEntry, samplePlace } from '../../../support/sample-entry.ts';
import { type Dice, seededDice } from '../../../support/seeded-dice.ts';
import { lateChanges } from '../../../support/told-changes.ts';
import { inVirtualTime } from '../../../support/virtual-time.ts';

const SEEDS = 100;
const PROCESSES = 3;
const STEPS = 40;

const namespaces = ['default', 'docs'] as const;
const places = namespaces.flatMap((namespace) =>
  ['a', 'b', 'c', 'd'].map((key) => samplePlace({ namespace, key })),
);

/** A store that does what it is asked at some moment before it answers, and now and then only says that it failed. */
function lateStore(store: CacheStore, dice: Dice): CacheStore {
  async function late<Result>(work: () => Promise<Result>, mayFail = false): Promise<Result> {
    await dice.pause();
    const result = await work();
    await dice.pause();
    if (mayFail && dice.chance(0.1)) throw new Error('broken');
    return result;
  }
  return {
    ...store,
    get: (place) => late(() => store.get(place), true),
    put: (place, entry) => late(() => store.put(place, entry)),
    remove: (place) => late(() => store.remove(place)),
    removeNamespace: (...scope) => late(() => store.removeNamespace(...scope)),
    async *entries() {
      for (const place of places) {
        const entry = await late(() => store.get(place));
        if (dice.chance(0.02)) throw new Error('broken');
        if (entry !== null) yield { place, entry };
      }
    },
  };
}

type Writer = {
  readonly store: CacheStore;
  readonly index: EntryIndex;
  readonly changes: CacheChanges;
};

/** What the cache does: first to the store, then to its own index, then it tells. */
async function write({ store, index, changes }: Writer, dice: Dice, prompt: string) {
  const place = dice.pickAny(places) ?? samplePlace();
  const { tenant, namespace } = place;
  switch (dice.weighted({ keep: 8, remove: 4, erase: 1, eraseAll: 0.5 })) {
    case 'keep': {
      const entry = dice.chance(0.9) ? findable(prompt) : sampleEntry({ prompt });
      await store.put(place, entry);
      const indexed = indexedOf(place, entry);
      if (indexed === null) index.remove(place);
      else index.add(indexed);
      await changes.announce({ type: 'kept', place });
      break;
    }
    case 'remove':
      await store.remove(place);
      index.remove(place);
      await changes.announce({ type: 'removed', place });
      break;
    case 'erase':
      await store.removeNamespace(tenant, namespace);
      index.removeNamespace(tenant, namespace);
      await changes.announce({ type: 'erased', tenant, namespace });
      break;
    case 'eraseAll':
      await store.removeNamespace(tenant, null);
      index.removeNamespace(tenant, null);
      await changes.announce({ type: 'erased', tenant, namespace: null });
      break;
  }
}

/** Some processes write at random, several at once; then all is quiet. */
async function play(seed: number) {
  const dice = seededDice(seed);
  const shared = memoryCacheStore({ maxBytes: 1_000_000, clock: systemClock });
  const store = lateStore(shared, dice);
  const openChanges = lateChanges(dice);
  const { logger } = recordLogs();
  const processes = Array.from({ length: PROCESSES }, () => {
    const index = mapIndex();
    const changes = openChanges();
    const inStep = keepInStep({ store, changes, index, indexedOf, clock: systemClock, logger });
    return { index, inStep, writer: { store, changes, index: inStep.index } };
  });
  const writes: Promise<void>[] = [];

  return {
    processes,
    async run() {
      for (let step = 0; step < STEPS; step += 1) {
        const process = dice.pickAny(processes);
        if (process) writes.push(write(process.writer, dice, `prompt ${step}`));
        await dice.pause();
      }
      await Promise.all(writes);
    },
    async stored() {
      const found = (await collect(shared.entries())).filter(({ entry }) => entry.trace !== null);
      return found
        .map(({ place, entry }) => [pathOf(place), entry.prompt] as const)
        .sort(([one], [other]) => (one < other ? -1 : 1));
    },
  };
}

describe('the indexes of several processes', () => {
  it('come to what the store has, whatever is written and heard, in whatever order', async () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      await inVirtualTime(async (time) => {
        const { processes, run, stored } = await play(seed);
        await time.through(run());
        const expected = await stored();
        for (const { index, inStep } of processes) {
          expect([seed, index.contents()]).toEqual([seed, expected]);
          expect(inStep.status()).toEqual({ building: false, lastFailure: null });
        }
      });
    }
  });
});
