import type { PairModel } from '../cache/semantic/pair-model.ts';
import type { DependencyHealth } from '../domain/health.ts';
import { type BaseModel, packagedModel } from './base-model.ts';
import type { Precision } from './model-source.ts';
import type { ModelWorkers } from './model-workers.ts';

export type LocalPairModel = PairModel & {
  /** As of `LocalEncoder`. */
  readonly ready: Promise<void>;
  health(): DependencyHealth;
};

/**
 * A pair model in threads of this process: a base model that reads two texts at once, with what it learned for that. It
 * reads the first 254 tokens of each.
 *
 * The two are put in an order of their own, by their UTF-16 code units, as they were in training: which of them was asked
 * makes no difference at all.
 *
 * Resolves and rejects as `openLocalEncoder` does. Disposing leaves `workers` open.
 *
 * @param options.learnedPath a file of safetensors, as `bertWeights` and `bertModel` read it
 * @param options.base what it was learned on; @default all-MiniLM-L6-v2, from a package
 */
export async function openLocalPairModel(options: {
  workers: ModelWorkers;
  learnedPath: string;
  precision: Precision;
  base?: BaseModel;
}): Promise<LocalPairModel> {
  const { workers, learnedPath, precision, base = packagedModel() } = options;
  const { name, weightsPath, tokenizerPath } = base;
  const model = await workers.open({ weightsPath, tokenizerPath, learnedPath, precision });
  return {
    id: `${name}/${model.revision}`,
    ready: model.ready,
    async compare(asked, stored, signal) {
      signal.throwIfAborted();
      if (stored.length === 0) return [];
      const pairs = stored.map((other) => inOrder(asked, other));
      return [...(await model.run(pairs, signal))];
    },
    health: () => model.health('pair-model'),
    [Symbol.asyncDispose]: () => model[Symbol.asyncDispose](),
  };
}

function inOrder(one: string, other: string): readonly [string, string] {
  return one < other ? [one, other] : [other, one];
}
