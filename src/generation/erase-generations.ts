import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DataScope } from '../tenancy/data-scope.ts';
import type { Generation } from './accepted.ts';
import type { GenerationRecords } from './generation-record.ts';
import type { KeptGenerations } from './kept-generations.ts';
import type { RunLog } from './run-log.ts';
import { settledWithin } from './settled-within.ts';

/** How long those that run may take to end. */
const ENDING_MS = 2_000;

export type GenerationErasing = {
  /**
   * Ends the generations of a scope that this process knows, for all their listeners, and knows them no more. Resolves
   * to their ids; never rejects.
   */
  forget(scope: DataScope): Promise<readonly string[]>;
  /**
   * Does so wherever they are known, and takes out all that was asked and answered. Resolves to how many there were;
   * rejects when that cannot be done, and may be called again. Those that begin meanwhile may stay.
   */
  erase(scope: DataScope): Promise<number>;
};

export function createGenerationErasing(deps: {
  readonly kept: KeptGenerations;
  readonly records: GenerationRecords;
  readonly log: RunLog;
}): GenerationErasing {
  const { kept, records, log } = deps;

  async function forget(scope: DataScope): Promise<readonly string[]> {
    const generations = kept.within(scope);
    const runIds = log.held(scope);
    await settledWithin(ENDING_MS, [Promise.all(generations.map(cancelled))]);
    // Who listens has read the end by then.
    await nextTurn();
    for (const generation of generations) {
      kept.forget(generation);
      records.forget(generation.accepted.id);
    }
    log.forget(runIds);
    return generations.map(({ accepted }) => accepted.id);
  }

  return {
    forget,
    async erase(scope) {
      const ids = await forget(scope);
      await log.erase(scope);
      return new Set([...ids, ...(await records.erase(scope))]).size;
    },
  };
}

/** Resolves when the generation is over and its accounts are known; never rejects. */
async function cancelled(generation: Generation): Promise<void> {
  await generation.cancel().catch(() => {});
  await generation.outcome.catch(() => {});
}
