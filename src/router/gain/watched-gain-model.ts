import { ConfigError } from '../../config/config-error.ts';
import { watchFile } from '../../files/watch-file.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { GainModel } from './gain-model.ts';
import { readGainModel } from './model-file.ts';
import { openGainModel } from './open-gain-model.ts';

/** A gain model that is replaced while the gateway runs. */
export type WatchedGainModel = AsyncDisposable & { current(): GainModel };

/**
 * The gain model of a file, read again when the file changes. One that cannot be read leaves the last good one in its
 * place, and the log says so.
 *
 * @throws ConfigError when the file cannot be used at first
 */
export async function watchGainModel(options: {
  path: string;
  everyMs: number;
  logger: Logger;
}): Promise<WatchedGainModel> {
  const { path, everyMs, logger } = options;
  let model: GainModel | null = null;

  function take(bytes: Buffer) {
    model = openGainModel(readGainModel(bytes));
    const { version, trainedOn, outcomes } = model.about;
    logger.info({ version, trainedOn, outcomes }, 'gain model read');
  }

  function failed(error: unknown) {
    logger.error({ error }, 'gain model stays as it was: the file cannot be used');
  }

  const file = await watchFile({ path, everyMs, take, failed }).catch((error: unknown) => {
    throw new ConfigError([`ROUTER_MODEL_FILE ${path}: ${messageOf(error)}`]);
  });
  return {
    current() {
      if (model === null) throw new TypeError('A watched file is read before it is handed out.');
      return model;
    },
    [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
