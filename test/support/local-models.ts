import { type ModelWorkers, modelWorkers } from '../../src/embedding/model-workers.ts';

/** Files of the models are made once for all tests, and kept with the dependencies that they are made of. */
export const MODEL_FOLDER = new URL('../../node_modules/.cache/sluice-models', import.meta.url)
  .pathname;

export function openTestWorkers(): ModelWorkers {
  return modelWorkers({ folder: MODEL_FOLDER });
}
