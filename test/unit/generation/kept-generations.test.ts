import { describe, expect, it } from 'vitest';
import type { Generation, GenerationOutcome } from '../../../src/generation/accepted.ts';
import { keepGenerations } from '../../../src/generation/kept-generations.ts';
import { fakeClock } from '../../support/fake-clock.ts';

function openKept(maxBytes = 1_000_000) {
  const clock = fakeClock();
  const forgotten: string[] = [];
  const kept = keepGenerations({
    maxBytes,
    keepMs: 1_000,
    clock,
    onForgotten: ({ id }) => forgotten.push(id),
  });

  /** A generation that ends when the result is called. */
  function add(id: string, heldUnits = 20, namespace = 'default'): () => Promise<void> {
    const { promise: outcome, resolve } = Promise.withResolvers<GenerationOutcome>();
    const accepted = { id, tenant: 'acme', namespace, at: 0, detached: false };
    kept.add({ accepted, heldUnits, outcome: outcome as Generation['outcome'] } as Generation);
    return async () => {
      resolve({} as GenerationOutcome);
      await outcome;
      await Promise.resolve();
    };
  }

  const knows = (id: string) => kept.find(id) !== null;
  return { kept, clock, forgotten, add, knows };
}

describe('the generations that are kept', () => {
  it('are known as long as they run, and for the configured time after', async () => {
    const { clock, add, knows, forgotten } = openKept();
    const end = add('one');
    clock.advance(1_000_000);
    expect(knows('one')).toBe(true);
    expect(knows('other')).toBe(false);
    await end();
    clock.advance(999);
    expect(knows('one')).toBe(true);
    clock.advance(1);
    expect(knows('one')).toBe(false);
    await add('next')();
    expect(forgotten).toEqual(['one']);
  });

  it('make room for those that end later, the first to end first, and never one that runs', async () => {
    const { add, knows, forgotten } = openKept(30_000);
    add('running', 100_000);
    await add('one', 1_000)();
    await add('two', 1_000)();
    expect(forgotten).toEqual([]);
    await add('three', 1_000)();
    expect(forgotten).toEqual(['one']);
    expect(['running', 'two', 'three'].every((id) => knows(id))).toBe(true);
    await add('too large', 20_000)();
    expect(forgotten).toEqual(['one', 'two', 'three', 'too large']);
    expect(knows('running')).toBe(true);
  });

  it('count once when they were found again after their time', async () => {
    const { clock, add, knows } = openKept(20_000);
    await add('one')();
    clock.advance(1_000);
    await add('one')();
    clock.advance(500);
    await add('two')();
    expect([knows('one'), knows('two')]).toEqual([true, true]);
  });

  it('are told by tenant and namespace, and forgotten, whether they run or have ended', async () => {
    const { kept, add, knows, forgotten } = openKept(30_000);
    const end = add('running', 20, 'docs');
    await add('ended', 20, 'docs')();
    await add('other')();
    const idsWithin = (tenant: string, namespace: string | null) =>
      kept.within({ tenant, namespace }).map(({ accepted }) => accepted.id);
    expect(idsWithin('acme', null)).toEqual(['running', 'ended', 'other']);
    expect(idsWithin('globex', null)).toEqual([]);
    expect(idsWithin('acme', 'docs')).toEqual(['running', 'ended']);

    for (const generation of kept.within({ tenant: 'acme', namespace: 'docs' })) {
      kept.forget(generation);
    }
    expect(forgotten).toEqual(['running', 'ended']);
    await end();
    expect(['running', 'ended', 'other'].map(knows)).toEqual([false, false, true]);
    // They take no room any more.
    await add('next')();
    await add('and next')();
    expect(knows('other')).toBe(true);
  });
});
