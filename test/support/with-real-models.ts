import { vi } from 'vitest';
import type { Environment } from '../../src/config/environment.ts';
import { MODEL_FOLDER } from './local-models.ts';
import { runOperation } from './run-operation.ts';
import type { Addressed } from './transports.ts';

/** What an operator would set for a gateway that answers like prompts; machines of tests may be slow. */
export const withRealModels: Environment = {
  ENCODER: 'local',
  MODEL_FOLDER,
  ENCODER_TIMEOUT_MS: '20000',
};

/** Resolves when the gateway has loaded its models. */
export async function modelsLoaded(gateway: Addressed): Promise<void> {
  await vi.waitFor(
    async () => {
      const { data } = await runOperation(gateway, '{ health { dependencies { name status } } }');
      const { dependencies } = data?.['health'] as Health;
      const models = dependencies.filter(({ name }) => ['encoder', 'pair-model'].includes(name));
      if (models.length < 2 || models.some(({ status }) => status !== 'OK'))
        throw new Error('Not yet.');
    },
    { timeout: 30_000 },
  );
}

type Health = {
  readonly dependencies: readonly { readonly name: string; readonly status: string }[];
};
