import { fileURLToPath } from 'node:url';
import type { AppDeps } from './app.ts';
import type { CacheChanges } from './cache/changes.ts';
import { createCache } from './cache/create-cache.ts';
import { guardStore } from './cache/guarded-store.ts';
import { memoryCacheStore } from './cache/memory-store.ts';
import { NO_CHANGES } from './cache/no-changes.ts';
import { redisCacheChanges } from './cache/redis-changes.ts';
import { redisCacheStore } from './cache/redis-store.ts';
import type { ConfidenceModel } from './cache/semantic/confidence.ts';
import { readConfidenceFile } from './cache/semantic/confidence-file.ts';
import { exactIndex } from './cache/semantic/exact-index.ts';
import { loadGraphIndex } from './cache/semantic/graph-index.ts';
import { growingIndex } from './cache/semantic/growing-index.ts';
import { guardModels } from './cache/semantic/guarded-models.ts';
import type { Synonyms } from './cache/semantic/guards/guard.ts';
import {
  type InStepStatus,
  keepInStep,
  type WalkableIndex,
} from './cache/semantic/keep-in-step.ts';
import { memoryEntryIndex } from './cache/semantic/memory-entry-index.ts';
import { memoryVetoes } from './cache/semantic/memory-vetoes.ts';
import { redisVetoes } from './cache/semantic/redis-vetoes.ts';
import { createSemanticCache } from './cache/semantic/semantic-cache.ts';
import { readSynonymsFile } from './cache/semantic/synonyms-file.ts';
import { vectorArena } from './cache/semantic/vector-arena.ts';
import type { Vetoes } from './cache/semantic/vetoes.ts';
import type { SemanticPart } from './cache/semantic-look-up.ts';
import type { CacheStore } from './cache/store.ts';
import type { Config, SemanticCacheConfig } from './config/config.ts';
import type { Clock } from './domain/clock.ts';
import type { DependencyHealth } from './domain/health.ts';
import { type LocalEncoder, openLocalEncoder } from './embedding/local-encoder.ts';
import { openLocalPairModel } from './embedding/local-pair-model.ts';
import { modelWorkers } from './embedding/model-workers.ts';
import { openOpenAiEncoder } from './embedding/openai-encoder.ts';
import type { Channels } from './redis/channels.ts';
import type { RedisClient } from './redis/client.ts';
import type { Sealer } from './redis/sealing.ts';

/** How sure one has to be with the local encoder. */
const CONFIDENCE_FILE = new URL('../models/cache-confidence.json', import.meta.url);

/** What the model that reads two prompts together has learned. */
const PAIR_MODEL_FILE = new URL('../models/pair-model.safetensors', import.meta.url);

/** How long a server of vectors may take to say how long they are. */
const FIRST_VECTOR_MS = 5_000;

/** What the cache leans on beside its configuration. */
export type CacheSurroundings = Pick<AppDeps, 'clock' | 'logger' | 'rollout' | 'priceOf'> & {
  /** Null: what processes share stays in this one. */
  readonly shared: { readonly redis: RedisClient; readonly channels: Channels } | null;
  /** Where entries are kept; null: in this process. */
  readonly cacheRedis: RedisClient | null;
  readonly sealer: Sealer;
  readonly processId: string;
};

/**
 * The cache, and what has to be closed with it, in this order. It may be used at once; `ready` resolves when it finds like
 * prompts, too, and is null when it never will. `vectors` is null without an encoder.
 */
export async function openCache(
  config: Config,
  files: CacheFiles,
  surroundings: CacheSurroundings,
) {
  const { clock, logger, rollout } = surroundings;
  const { store, storeHealth } = openStore(config, surroundings);
  const { vetoes, changes } = openShared(config, surroundings);
  const shared = { ...files, store, vetoes, changes };
  const semantic = await openSemantic(config, shared, surroundings);
  const cache = createCache({
    store,
    storeHealth,
    semantic: semantic.part,
    vetoes,
    changes,
    enabled: () => rollout.current().cacheEnabled,
    ttlSeconds: config.cache.ttlSeconds,
    clock,
    logger,
  });
  const { health, ready, part } = semantic;
  const vectors = part?.cache.vectors ?? null;
  return { cache, vectors, health, ready, opened: [...semantic.opened, changes, vetoes, store] };
}

function openStore(
  { redis: { keyPrefix, timeoutMs }, cache }: Config,
  { cacheRedis, shared, sealer, clock }: CacheSurroundings,
) {
  if (cacheRedis === null) {
    return { store: memoryCacheStore({ maxBytes: cache.maxBytes, clock }), storeHealth: null };
  }
  const store = guardStore(redisCacheStore({ redis: cacheRedis, keyPrefix, sealer }), {
    name: cacheRedis === shared?.redis ? 'redis' : 'redis-cache',
    timeoutMs,
    clock,
  });
  return { store, storeHealth: store.health };
}

/** What finds answers to like prompts; nothing without an encoder. */
async function openSemantic(
  config: Config,
  { confidence, synonyms, store, vetoes, changes }: CacheFiles & SharedParts,
  surroundings: CacheSurroundings,
) {
  const { clock, logger, rollout, priceOf } = surroundings;
  const { semantic } = config.cache;
  const models = await openModels(semantic).catch((error: unknown) => {
    logger.warn({ error }, 'no encoder: only equal prompts are answered');
    return 'away' as const;
  });
  if (models === null || models === 'away') {
    const health = models === null ? [] : [awayHealth()];
    return { part: null, opened: [], health: () => health, ready: null };
  }
  const guarded = guardModels({ ...models, timeoutMs: semantic.timeoutMs, clock });
  const entries = memoryEntryIndex({
    maxBytes: semantic.indexMaxBytes,
    clock,
    newIndex: await indexOpener(models.encoder.dimensions, clock),
  });
  const cache = createSemanticCache({
    ...guarded,
    health: () => [...guarded.health(), ...models.health()],
    confidence,
    index: entries,
    vetoes,
    maxErrorRate: semantic.maxErrorRate,
    synonymsOf: (namespace) => synonyms.get(namespace),
    savesUsd: ({ model, usage }) => priceOf(model ?? config.upstream.largeModel, usage),
  });
  const { indexedOf } = cache;
  // Whoever erases, this process or another one: nothing is left of the prompts either.
  const index: WalkableIndex = {
    ...entries,
    removeNamespace(tenant, namespace) {
      cache.forget(tenant);
      return entries.removeNamespace(tenant, namespace);
    },
  };
  const inStep = keepInStep({ store, changes, index, indexedOf, clock, logger });
  const enabled = () => rollout.current().semanticCacheEnabled;
  const part: SemanticPart = {
    cache,
    index: inStep.index,
    enabled,
    status() {
      const { entries: indexedEntries, bytes: indexBytes } = entries.status();
      const evidence = cache.evidence(semantic.maxErrorRate);
      return { enabled: enabled(), evidence, indexedEntries, indexBytes };
    },
  };
  const { encoder, pairModel, workers } = models;
  const health = () => [stepHealth(inStep.status())];
  models.ready.catch((error: unknown) => logger.error({ error }, 'a local model cannot be loaded'));
  return {
    part,
    health,
    ready: models.ready,
    opened: [inStep, encoder, pairModel, workers],
  };
}

type SharedParts = {
  readonly store: CacheStore;
  readonly vetoes: Vetoes;
  readonly changes: CacheChanges;
};

/** Without a Redis a process is alone; with one for stored answers alone, that has to do for all. */
function openShared({ redis }: Config, surroundings: CacheSurroundings) {
  const { shared, cacheRedis, ...others } = surroundings;
  const options = { ...others, keyPrefix: redis.keyPrefix, timeoutMs: redis.timeoutMs };
  const forReports = shared?.redis ?? cacheRedis;
  const channels = shared?.channels ?? null;
  const cacheChannels = cacheRedis === shared?.redis ? channels : null;
  return {
    vetoes:
      forReports === null
        ? memoryVetoes()
        : redisVetoes({ ...options, redis: forReports, channels }),
    changes:
      cacheRedis === null
        ? NO_CHANGES
        : redisCacheChanges({ ...options, redis: cacheRedis, channels: cacheChannels }),
  };
}

/** What an operator gave the cache to read. */
export type CacheFiles = {
  readonly confidence: ConfidenceModel;
  readonly synonyms: ReadonlyMap<string, Synonyms>;
};

/** To be read before anything is opened. Rejects with a ConfigError when one cannot be used. */
export async function readCacheFiles({ cache: { semantic } }: Config): Promise<CacheFiles> {
  const { confidenceFile, synonymsFile } = semantic;
  return {
    confidence: await readConfidenceFile(confidenceFile ?? CONFIDENCE_FILE),
    synonyms: synonymsFile === null ? new Map() : await readSynonymsFile(synonymsFile),
  };
}

/** All partitions' vectors lie in one memory. */
export async function indexOpener(dimensions: number, clock: Clock) {
  const arena = vectorArena({ dimensions });
  const openGraph = await loadGraphIndex();
  const later = (step: () => void) => void setImmediate(step);
  return () => growingIndex({ vectors: exactIndex({ arena }), openGraph, clock, later });
}

/** Null without an encoder. The local ones are loaded in the background, and whoever needs them waits. */
export async function openModels({ encoder, models }: SemanticCacheConfig) {
  if (encoder === null) return null;
  const { precision, folder, threads } = models;
  await using opening = new AsyncDisposableStack();
  const workers = opening.use(modelWorkers({ folder, threads }));
  const learnedPath = fileURLToPath(PAIR_MODEL_FILE);
  const pairModel = opening.use(await openLocalPairModel({ workers, learnedPath, precision }));
  if (encoder.kind === 'openai') {
    const remote = await openOpenAiEncoder(encoder, AbortSignal.timeout(FIRST_VECTOR_MS));
    opening.move();
    return { encoder: remote, pairModel, workers, ...watched([pairModel]) };
  }
  const local = await openLocalEncoder({ workers, precision });
  opening.move();
  return { encoder: local, pairModel, workers, ...watched([local, pairModel]) };
}

function watched(models: readonly Pick<LocalEncoder, 'health' | 'ready'>[]) {
  return {
    health: () => models.map((model) => model.health()),
    ready: Promise.all(models.map((model) => model.ready)),
  };
}

/** A process that has not read all yet answers what it knows of; that is no fault until reading fails. */
function stepHealth({ building, lastFailure }: InStepStatus): DependencyHealth {
  const status = lastFailure === null ? 'OK' : 'DEGRADED';
  const detail = building ? 'Not all that is stored is known yet to serve like prompts.' : null;
  return { name: 'cache-index', status, latencyMs: null, detail: lastFailure ?? detail };
}

function awayHealth(): DependencyHealth {
  const detail = 'It did not answer at the start: only equal prompts are answered until the next.';
  return { name: 'encoder', status: 'UNAVAILABLE', latencyMs: null, detail };
}
