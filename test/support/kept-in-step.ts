import { expect } from 'vitest';
import type { CacheEntry } from '../../src/cache/entry.ts';
import { memoryCacheStore } from '../../src/cache/memory-store.ts';
import type { IndexedEntry } from '../../src/cache/semantic/entry-index.ts';
import { keepInStep } from '../../src/cache/semantic/keep-in-step.ts';
import type { CacheStore, EntryPlace, StoredEntry } from '../../src/cache/store.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { mapIndex } from './map-index.ts';
import { recordLogs } from './recorded-logs.ts';
import { sampleEntry } from './sample-entry.ts';
import { toldChanges } from './told-changes.ts';

const trace = { partition: 'p', vector: '', savesUsd: null };

/** An entry that like prompts may find. */
export function findable(prompt: string): CacheEntry {
  return sampleEntry({ prompt, trace });
}

/** An entry as an index takes it that compares nothing. */
export function indexedOf(place: EntryPlace, entry: CacheEntry): IndexedEntry | null {
  return entry.trace === null ? null : indexed(place, entry.prompt);
}

export function indexed(place: EntryPlace, prompt: string): IndexedEntry {
  const { partition, savesUsd } = trace;
  const { expiresAt } = sampleEntry();
  return { place, partition, prompt, vector: new Float32Array(), savesUsd, expiresAt };
}

export type KeptInStep = ReturnType<typeof openKeptInStep>;

/** A process with an empty index that is kept in step with a store in memory, of which parts may be replaced. */
export function openKeptInStep(parts: Partial<CacheStore> = {}) {
  const clock = systemClock;
  const memory = memoryCacheStore({ maxBytes: 100_000_000, clock });
  const store: CacheStore = { ...memory, ...parts };
  const index = mapIndex();
  const told = toldChanges();
  const { logger, logs } = recordLogs();
  const inStep = keepInStep({ store, changes: told, index, indexedOf, clock, logger });
  return {
    ...{ memory, told, inStep, own: inStep.index },
    warnings: () => logs.filter(({ level }) => level !== 'debug').map(({ message }) => message),
    /** The last letter of each place, and the prompt there. */
    contents: () => index.contents().map(([path, prompt]) => `${path.slice(-1)}: ${prompt}`),
    [Symbol.asyncDispose]: () => inStep[Symbol.asyncDispose](),
  };
}

/** Resolves when all of the store has been read. */
export async function built({ inStep }: KeptInStep): Promise<void> {
  await expect.poll(() => inStep.status().building).toBe(false);
}

/** Resolves when what is under way has come to where it waits for something. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Entries that a walk meets one by one, when a test says so. */
export function heldWalk() {
  const steps: PromiseWithResolvers<StoredEntry | null>[] = [];
  const stepAt = (step: number) => (steps[step] ??= Promise.withResolvers());
  let taken = 0;
  let given = 0;
  return {
    async *entries() {
      for (;;) {
        const next = await stepAt(taken).promise;
        taken += 1;
        if (next === null) return;
        yield next;
      }
    },
    meets(place: EntryPlace, prompt: string) {
      stepAt(given).resolve({ place, entry: findable(prompt) });
      given += 1;
    },
    ends() {
      stepAt(given).resolve(null);
      given += 1;
    },
    /** How many steps a walk has come to. */
    taken: () => taken,
  };
}
