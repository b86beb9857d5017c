import { randomUUID } from 'node:crypto';
import type { AppDeps } from './app.ts';
import { openCache, readCacheFiles } from './cache-adapters.ts';
import type { Config } from './config/config.ts';
import { systemClock } from './domain/clock.ts';
import { isLoopback } from './domain/loopback.ts';
import { alone } from './generation/alone.ts';
import { memoryRunLog } from './generation/memory-run-log.ts';
import { redisPeers } from './generation/redis-peers.ts';
import { loadGptTokenCounter } from './prompt/gpt-tokens.ts';
import { type Channels, openChannels } from './redis/channels.ts';
import {
  connectRedis,
  connectSubscriber,
  onReconnected,
  type RedisClient,
} from './redis/client.ts';
import { redisEraseNews } from './redis/erase-news.ts';
import { firstConnection } from './redis/first-connection.ts';
import { checkPolicies } from './redis/policy-check.ts';
import { createSealer, type Sealer } from './redis/sealing.ts';
import { memoryRollout } from './rollout/memory-rollout.ts';
import type { RolloutSwitches } from './rollout/port.ts';
import { redisRollout } from './rollout/redis-rollout.ts';
import { openRouter, readRouterFiles } from './router-adapters.ts';
import { createSchema } from './schema/index.ts';
import { loadTrustedDocuments } from './server/documents-file.ts';
import type { TrustedDocuments } from './server/trusted-documents.ts';
import type { Logger } from './telemetry/logger.ts';
import { memoryStatistics } from './telemetry/memory-statistics.ts';
import { redisStatistics } from './telemetry/redis-statistics.ts';
import { apiKeyAuthentication } from './tenancy/api-keys.ts';
import { NO_ERASE_NEWS } from './tenancy/erase-news.ts';
import { firstOf } from './tenancy/first-of.ts';
import { jsonWebTokens } from './tenancy/json-web-tokens.ts';
import { memoryLimiter } from './tenancy/memory-limiter.ts';
import { openAuthentication } from './tenancy/open.ts';
import { SERVER_TIME } from './tenancy/redis-limit-scripts.ts';
import { redisLimiter } from './tenancy/redis-limiter.ts';
import { FREE_TERMS } from './tenancy/terms.ts';
import { DEMO_NOTE, demoUpstream } from './upstream/demo.ts';
import { fairQueue } from './upstream/fair-queue.ts';
import { type WatchedUpstream, watchHealth } from './upstream/health.ts';
import { knownPrices } from './upstream/known-prices.ts';
import { openAiCompatible } from './upstream/openai-compatible.ts';
import type { Upstream } from './upstream/port.ts';
import { priceTable } from './upstream/prices.ts';
import { resilientUpstream } from './upstream/resilience.ts';

const REDIS_CONNECT_MS = 2_000;
/** Figures are worth more patience than an answer is: to merge an hour of them takes a while. */
const STATISTICS_TIMEOUT_MS = 500;

/** What a lost process has under way counts for so many leases. */
const LOST_AFTER_LEASES = 3;

/** How late at most a process is that did not hear of a changed switch. */
const ROLLOUT_LOOK_MS = 500;

const KEYS_FILE_LOOK_MS = 1_000;

/** What a configuration puts behind each port, and what of it has to be closed, in this order. */
export type Adapters = {
  readonly deps: AppDeps;
  readonly resources: readonly AsyncDisposable[];
};

/** Opens the adapters that a configuration asks for. A dependency that is down does not keep it from that. */
export async function openAdapters(config: Config, logger: Logger): Promise<Adapters> {
  const clock = systemClock;
  const { upstream } = config;
  // First, since these alone may fail; what was read leaves nothing open.
  const trustedDocuments = await readTrustedDocuments(config);
  const cacheFiles = await readCacheFiles(config);
  const { authentication, ...credentials } = await openCredentials(config, logger);
  const routerFiles = await readRouterFiles(config, logger);
  const provider = openProvider(config);
  const { redis, cacheRedis } = openRedis(config, logger);
  void checkPolicies({ redis, cacheRedis, logger });
  // The first requests are to find what others have: a process that has just started waits for a Redis that is up.
  const clients = [...new Set([redis, cacheRedis])].filter((client) => client !== null);
  await Promise.all(clients.map((client) => firstConnection(client, REDIS_CONNECT_MS)));
  const channels = openRedisChannels(config, logger);
  const shared = redis === null || channels === null ? null : { redis, channels };
  const { rollout, ...switches } = openRollout(config, shared, logger);
  const sealer = createSealer(config.redis.encryptionKeys);
  const priceOf = priceTable({ ...knownPrices[upstream.provider], ...upstream.prices });
  const { cache, ...cached } = await openCache(config, cacheFiles, {
    ...{ shared, cacheRedis, sealer, rollout, priceOf, clock, logger },
    processId: randomUUID(),
  });
  const statistics = openStatistics(config, redis, logger);
  const router = await openRouter(config, routerFiles, {
    ...{ shared, sealer, clock, logger },
    statistics: statistics.statistics,
    vectors: cached.vectors,
  });
  const limits = openLimiter(config, redis, logger);
  const runs = openRuns(config, shared, sealer, logger);
  return {
    deps: {
      config,
      clock,
      logger,
      upstream: openUpstream(config, provider),
      priceOf,
      countTokens: await loadGptTokenCounter(),
      cache,
      rollout,
      vectors: cached.vectors,
      ...router.parts,
      runLog: runs.log,
      peers: runs.peers,
      statistics: statistics.statistics,
      eraseNews: shared === null ? NO_ERASE_NEWS : redisEraseNews({ ...shared, ...config.redis }),
      limiter: limits.limiter,
      dependencyHealth: () =>
        [runs, statistics, limits, cached].flatMap((each) => [...each.health()]),
      authentication,
      trustedDocuments,
    },
    // The statistics and the limiter write what they have left to Redis, which is closed last.
    resources: [
      ...runs.opened,
      ...router.opened,
      ...statistics.opened,
      limits.limiter,
      ...switches.opened,
      ...cached.opened,
      ...(channels === null ? [] : [channels]),
      ...clients,
      ...credentials.opened,
      provider,
    ],
  };
}

/** A file of keys that cannot be used rejects. */
async function openCredentials({ server, tenancy }: Config, logger: Logger) {
  const { keysFile: path, jwt, open } = tenancy;
  if (open) {
    const operator = isLoopback(server.host);
    return { authentication: openAuthentication({ operator }), opened: [] };
  }
  const everyMs = KEYS_FILE_LOOK_MS;
  const keys = path === null ? null : await apiKeyAuthentication({ path, everyMs, logger });
  const termsOf = keys?.termsOf ?? (() => FREE_TERMS);
  const tokens =
    jwt === null ? null : jsonWebTokens({ jwt, termsOf, fetch, clock: systemClock, logger });
  const opened = [keys, tokens].filter((each) => each !== null);
  return { authentication: firstOf(opened), opened };
}

async function readTrustedDocuments({ server }: Config): Promise<TrustedDocuments | null> {
  const { file } = server.trustedDocuments;
  return file === null ? null : loadTrustedDocuments(file, createSchema());
}

function openProvider({ upstream }: Config): Upstream & AsyncDisposable {
  const { provider, baseUrl, apiKey, maxTokensField, demoPace } = upstream;
  if (baseUrl !== null) {
    return openAiCompatible({ name: provider, baseUrl, apiKey, maxTokensField });
  }
  return Object.assign(demoUpstream({ pace: demoPace }), { async [Symbol.asyncDispose]() {} });
}

/** How long a call waits for its turn says nothing of its model, and takes nothing of the time that the model has. */
function openUpstream({ upstream }: Config, provider: Upstream): WatchedUpstream {
  const note = upstream.provider === 'demo' ? DEMO_NOTE : null;
  const resilient = resilientUpstream(provider, { ...upstream, random: Math.random });
  const watched = watchHealth(resilient, systemClock, note);
  const { maxConcurrent, maxQueued, queueTimeoutMs: timeoutMs } = upstream;
  const fair = fairQueue(watched.upstream, { maxConcurrent, maxQueued, timeoutMs });
  return { ...watched, upstream: fair };
}

/** One client for both when one Redis is for all. */
function openRedis({ redis: { url, cacheUrl } }: Config, logger: Logger) {
  const connect = (to: string | null, name: string) =>
    to === null
      ? null
      : connectRedis({ url: to, connectTimeoutMs: REDIS_CONNECT_MS, logger, name });
  const redis = connect(url, 'redis');
  return { redis, cacheRedis: cacheUrl === url ? redis : connect(cacheUrl, 'redis-cache') };
}

/** What processes say to each other, on a connection of its own. */
function openRedisChannels({ redis: { url } }: Config, logger: Logger): Channels | null {
  if (url === null) return null;
  const connection = connectSubscriber({ url, connectTimeoutMs: REDIS_CONNECT_MS, logger });
  return openChannels({ connection, logger });
}

function openRollout(
  { redis: { keyPrefix }, cache, router }: Config,
  shared: { redis: RedisClient; channels: Channels } | null,
  logger: Logger,
) {
  const configured: RolloutSwitches = {
    cacheEnabled: cache.enabled,
    semanticCacheEnabled: cache.semantic.enabled,
    routingEnabled: router.enabled,
    abTestRatio: router.abTestRatio,
  };
  const options = { configured, clock: systemClock, logger };
  if (shared === null) return { rollout: memoryRollout(options), opened: [] };
  const rollout = redisRollout({
    ...{ ...options, ...shared },
    keyPrefix,
    lookEveryMs: ROLLOUT_LOOK_MS,
  });
  return { rollout, opened: [rollout] };
}

function openRuns(
  { redis: { keyPrefix, leaseMs, timeoutMs }, generation: { logBytes: maxBytes, keepMs } }: Config,
  shared: { redis: RedisClient; channels: Channels } | null,
  sealer: Sealer,
  logger: Logger,
) {
  const clock = systemClock;
  if (shared === null) {
    const log = memoryRunLog({ maxBytes, keepMs, clock });
    return { log, peers: alone(), health: () => [], opened: [log] };
  }
  const opened = redisPeers({
    ...shared,
    ...{ keyPrefix, leaseMs, timeoutMs, maxBytes, keepMs },
    processId: randomUUID(),
    onReconnected: (callback) => onReconnected(shared.redis, callback),
    sealer,
    clock,
    logger,
  });
  const { log, peers, health } = opened;
  return { log, peers, health: () => [health()], opened: [opened] };
}

function openStatistics(
  { redis: { keyPrefix, statisticsFlushMs } }: Config,
  redis: RedisClient | null,
  logger: Logger,
) {
  const clock = systemClock;
  if (redis === null) {
    return { statistics: memoryStatistics({ clock }), health: () => [], opened: [] };
  }
  const statistics = redisStatistics({
    redis,
    keyPrefix,
    flushMs: statisticsFlushMs,
    timeoutMs: STATISTICS_TIMEOUT_MS,
    newId: randomUUID,
    clock,
    logger,
  });
  return { statistics, health: () => [statistics.health()], opened: [statistics] };
}

function openLimiter(
  { redis: { keyPrefix, leaseMs, timeoutMs } }: Config,
  redis: RedisClient | null,
  logger: Logger,
) {
  const clock = systemClock;
  if (redis === null) return { limiter: memoryLimiter({ clock }), health: () => [] };
  const limiter = redisLimiter({
    redis,
    keyPrefix,
    timeoutMs,
    lostAfterMs: LOST_AFTER_LEASES * leaseMs,
    time: SERVER_TIME,
    onReconnected: (callback) => onReconnected(redis, callback),
    clock,
    logger,
  });
  return { limiter, health: () => [limiter.health()] };
}
