import { randomUUID } from 'node:crypto';
import type { ConfidenceModel } from '../../src/cache/semantic/confidence.ts';
import { memoryEntryIndex } from '../../src/cache/semantic/memory-entry-index.ts';
import { indexOpener, openCache, openModels, readCacheFiles } from '../../src/cache-adapters.ts';
import { readEnvironment } from '../../src/config/environment.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { createSealer } from '../../src/redis/sealing.ts';
import { memoryRollout } from '../../src/rollout/memory-rollout.ts';
import { pinoLogger } from '../../src/telemetry/pino-logger.ts';
import type { Matching } from './matches.ts';

const clock = systemClock;
const logger = pinoLogger({ level: 'warn' });

/** The server's configuration, but that all stays in this process and nobody is waiting. */
function evaluationConfig() {
  const environment = readEnvironment(process.env, process.cwd());
  const own = { ENCODER_TIMEOUT_MS: '60000', CACHE_MAX_BYTES: '4000000000' };
  return loadConfig({ ...environment, ...own });
}

/** The server's cache as its configuration has it, in this process's memory. */
export async function openEvaluation() {
  const config = evaluationConfig();
  const configured = {
    cacheEnabled: true,
    semanticCacheEnabled: true,
    routingEnabled: false,
    abTestRatio: 0,
  };
  const { cache, opened, ready } = await openCache(config, await readCacheFiles(config), {
    shared: null,
    cacheRedis: null,
    sealer: createSealer(null),
    rollout: memoryRollout({ configured, clock, logger }),
    priceOf: () => null,
    processId: randomUUID(),
    clock,
    logger,
  });
  await ready;
  return { cache, [Symbol.asyncDispose]: () => dispose(opened) };
}

/** The models alone, which say what the server sees of two prompts. */
export async function openMatching(): Promise<Matching & AsyncDisposable> {
  const config = evaluationConfig().cache.semantic;
  const models = await openModels(config);
  if (models === null) throw new Error('There is nothing to fit without an encoder (ENCODER).');
  const { encoder, pairModel, workers } = models;
  const newIndex = await indexOpener(encoder.dimensions, clock);
  const { signal } = new AbortController();
  return {
    encoder: encoder.id,
    pairModel: pairModel.id,
    encode: (prompt) => encoder.encode(prompt, signal),
    newIndex: () => memoryEntryIndex({ maxBytes: config.indexMaxBytes, clock, newIndex }),
    judging: {
      pairModel: { compare: (asked, stored) => pairModel.compare(asked, stored, signal) },
      confidence: UNFITTED,
      isVetoed: () => false,
      synonyms: undefined,
    },
    [Symbol.asyncDispose]: () => dispose([encoder, pairModel, workers]),
  };
}

/** Says nothing yet; what it would say of is what counts here. */
const UNFITTED: ConfidenceModel = {
  version: 'unfitted',
  encoder: '',
  pairModel: '',
  intercept: 0,
  weights: { similarity: 0, logOdds: 0 },
  sameForm: 1,
  thresholds: [],
  mix: '',
  confidenceLevel: 0,
};

async function dispose(resources: readonly AsyncDisposable[]) {
  for (const resource of resources) await resource[Symbol.asyncDispose]();
}
