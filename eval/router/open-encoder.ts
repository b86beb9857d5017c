import { openModels } from '../../src/cache-adapters.ts';
import { readEnvironment } from '../../src/config/environment.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { openVectorCache } from './vector-cache.ts';

const CACHE_FOLDER = 'node_modules/.cache/sluice-eval';

/** How many texts the encoder is given at once. */
const BATCH = 64;

/** The server's encoder, as its configuration has it, with a memory on disk. */
export type EvaluationEncoder = AsyncDisposable & {
  /** Null without an encoder: ENCODER=none. */
  readonly id: string | null;
  encode(
    prompts: readonly string[],
    tell: (done: number) => void,
  ): Promise<readonly (Float32Array | null)[]>;
};

export async function openEncoder(): Promise<EvaluationEncoder> {
  const environment = readEnvironment(process.env, process.cwd());
  const config = loadConfig({ ...environment, ENCODER_TIMEOUT_MS: '60000' });
  const models = await openModels(config.cache.semantic);
  if (models === null) return withoutEncoder();
  const { encoder, pairModel, workers } = models;
  // It is closed before it is loaded when all is known; a call fails by itself when it cannot be.
  models.ready.catch(() => {});
  const cache = openVectorCache(CACHE_FOLDER, encoder.id, encoder.dimensions);
  const { signal } = new AbortController();
  return {
    id: encoder.id,
    async encode(prompts, tell) {
      const missing = [...new Set(prompts)].filter((prompt) => cache.get(prompt) === undefined);
      for (let from = 0; from < missing.length; from += BATCH) {
        tell(from);
        const batch = missing.slice(from, from + BATCH);
        cache.add(
          await Promise.all(
            batch.map(async (prompt) => [prompt, await encoder.encode(prompt, signal)] as const),
          ),
        );
      }
      return prompts.map((prompt) => cache.get(prompt) ?? null);
    },
    async [Symbol.asyncDispose]() {
      for (const each of [encoder, pairModel, workers]) await each[Symbol.asyncDispose]();
    },
  };
}

function withoutEncoder(): EvaluationEncoder {
  return {
    id: null,
    encode: async (prompts) => prompts.map(() => null),
    [Symbol.asyncDispose]: async () => {},
  };
}
