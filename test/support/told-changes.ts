import type { CacheChange, CacheChangeListener, CacheChanges } from '../../src/cache/changes.ts';
import type { Dice } from './seeded-dice.ts';

/** Changes that a test tells of by hand. */
export function toldChanges(): CacheChanges & CacheChangeListener {
  let listener: CacheChangeListener | null = null;
  return {
    async announce() {},
    listen(to) {
      listener = to;
    },
    onChange: (change) => listener?.onChange(change),
    onGap: () => listener?.onGap(),
    async [Symbol.asyncDispose]() {},
  };
}

/**
 * What processes tell each other, which comes to each in order and late by chance; now and then one misses some of it,
 * and hears of a gap.
 *
 * @returns gives the changes of one more process
 */
export function lateChanges(dice: Dice): () => CacheChanges {
  const told: { readonly by: CacheChanges; readonly change: CacheChange }[] = [];
  const processes = new Set<() => void>();

  return () => {
    let listener: CacheChangeListener | null = null;
    let heard = 0;
    let hearing = false;

    async function hear() {
      if (hearing) return;
      hearing = true;
      while (heard < told.length) {
        await dice.pause();
        if (dice.chance(0.1)) missAll();
        else hearNext();
      }
      hearing = false;
    }

    function missAll() {
      heard = told.length;
      listener?.onGap();
    }

    function hearNext() {
      const next = told[heard];
      heard += 1;
      if (next !== undefined && next.by !== changes) listener?.onChange(next.change);
    }

    const changes: CacheChanges = {
      async announce(change) {
        await dice.pause();
        told.push({ by: changes, change });
        for (const wake of processes) wake();
        await dice.pause();
      },
      listen(to) {
        listener = to;
        processes.add(() => void hear());
        to.onGap();
      },
      async [Symbol.asyncDispose]() {},
    };
    return changes;
  };
}
