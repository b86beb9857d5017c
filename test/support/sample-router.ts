import type { ServedModel } from '../../src/router/candidates.ts';
import { createRouter, type RouterOptions } from '../../src/router/router.ts';

/** The large one first; of what it can do nothing is known, so that it is asked anything. */
export function servedModel(model: string, changes: Partial<ServedModel> = {}): ServedModel {
  return {
    ...{ model, tier: null, contextTokens: null, maxOutputTokens: null },
    ...{ abilities: null, pricePerMillion: null },
    ...changes,
  };
}

/** A router that is off, before a large and a small model and those that are named. */
export function sampleRouter(changes: Partial<RouterOptions> = {}, ...others: readonly string[]) {
  return createRouter({
    models: [
      servedModel('large', { tier: 'LARGE' }),
      servedModel('small', { tier: 'SMALL' }),
      ...others.map((model) => servedModel(model)),
    ],
    strategy: async () => {
      throw new Error('A router that is off chooses nothing.');
    },
    experiments: () => [],
    enabled: () => false,
    abTestRatio: () => 0.5,
    isFailing: () => false,
    ...changes,
  });
}
