import type { Encoder } from '../cache/semantic/encoder.ts';
import type { DependencyHealth } from '../domain/health.ts';
import { type BaseModel, packagedModel } from './base-model.ts';
import { HIDDEN } from './bert-weights.ts';
import type { Precision } from './model-source.ts';
import type { ModelWorkers } from './model-workers.ts';

export type LocalEncoder = Encoder & {
  /** Resolves when it is loaded and warm. Until then calls wait. Rejects with a ModelError when it cannot be. */
  readonly ready: Promise<void>;
  /** OK: answers at once. DEGRADED: is being loaded. UNAVAILABLE: rejects every call. */
  health(): DependencyHealth;
};

/**
 * An encoder in threads of this process: all-MiniLM-L6-v2, or another BERT of its size that was trained for the mean of
 * its tokens. It reads the first 256 tokens of a text.
 *
 * A vector does not depend on the texts that are encoded beside it.
 *
 * Resolves when the model's files have been read, so that it is known who it is: in a few tenths of a
 * second. Rejects with a ModelError when one of them cannot be. Disposing leaves `workers` open.
 *
 * @param options.base @default all-MiniLM-L6-v2, from a package
 */
export async function openLocalEncoder(options: {
  workers: ModelWorkers;
  precision: Precision;
  base?: BaseModel;
}): Promise<LocalEncoder> {
  const { workers, precision, base = packagedModel() } = options;
  const { name, weightsPath, tokenizerPath } = base;
  const model = await workers.open({ weightsPath, tokenizerPath, learnedPath: null, precision });
  return {
    id: `${name}/${model.revision}`,
    dimensions: HIDDEN,
    ready: model.ready,
    encode: (text, signal) => model.run([text], signal),
    health: () => model.health('encoder'),
    [Symbol.asyncDispose]: () => model[Symbol.asyncDispose](),
  };
}
