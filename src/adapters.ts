import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { AppDeps } from './app.ts';
import { createCache } from './cache/create-cache.ts';
import { guardStore } from './cache/guarded-store.ts';
import { memoryCacheStore } from './cache/memory-store.ts';
import { redisCacheStore } from './cache/redis-store.ts';
import type { Config } from './config/config.ts';
import { systemClock } from './domain/clock.ts';
import { memoryRunLog } from './generation/memory-run-log.ts';
import { loadGptTokenCounter } from './prompt/gpt-tokens.ts';
import { connectRedis } from './redis/client.ts';
import { isLoopback } from './server/loopback.ts';
import type { Logger } from './telemetry/logger.ts';
import { memoryStatistics } from './telemetry/memory-statistics.ts';
import { redisStatistics } from './telemetry/redis-statistics.ts';
import { openAuthentication } from './tenancy/open.ts';
import { DEMO_NOTE, demoUpstream } from './upstream/demo.ts';
import { watchHealth } from './upstream/health.ts';
import { knownPrices } from './upstream/known-prices.ts';
import { openAiCompatible } from './upstream/openai-compatible.ts';
import type { Upstream } from './upstream/port.ts';
import { priceTable } from './upstream/prices.ts';
import { resilientUpstream } from './upstream/resilience.ts';

const REDIS_CONNECT_MS = 2_000;
/** Figures are worth more patience than an answer is: to merge an hour of them takes a while. */
const STATISTICS_TIMEOUT_MS = 500;

/** What a configuration puts behind each port, and what of it has to be closed, in this order. */
export type Adapters = {
  readonly deps: AppDeps;
  readonly resources: readonly AsyncDisposable[];
};

/** Opens the adapters that a configuration asks for. A dependency that is down does not keep it from that. */
export async function openAdapters(config: Config, logger: Logger): Promise<Adapters> {
  const clock = systemClock;
  const { generation, upstream } = config;
  const provider = openProvider(config);
  const redis = openRedis(config, logger);
  const store = openCacheStore(config, redis);
  const { opened, ...statistics } = openStatistics(config, redis, logger);
  const runLog = memoryRunLog({ maxBytes: generation.logBytes, keepMs: generation.keepMs, clock });
  return {
    deps: {
      config,
      clock,
      logger,
      upstream: watchHealth(
        resilientUpstream(provider, { ...upstream, random: Math.random }),
        clock,
        upstream.provider === 'demo' ? DEMO_NOTE : null,
      ),
      priceOf: priceTable({ ...knownPrices[upstream.provider], ...upstream.prices }),
      countTokens: await loadGptTokenCounter(),
      cache: createCache({ ...store, ...config.cache, clock, logger }),
      runLog,
      ...statistics,
      authenticate: openAuthentication({ operator: isLoopback(config.server.host) }),
    },
    // The statistics write what they have left to Redis, which is closed last.
    resources: [runLog, ...opened, store.store, ...(redis === null ? [] : [redis]), provider],
  };
}

function openProvider({ upstream }: Config): Upstream & AsyncDisposable {
  const { provider, baseUrl, apiKey, maxTokensField, demoPace } = upstream;
  if (baseUrl !== null) {
    return openAiCompatible({ name: provider, baseUrl, apiKey, maxTokensField });
  }
  return Object.assign(demoUpstream({ pace: demoPace }), { async [Symbol.asyncDispose]() {} });
}

function openRedis({ redis: { url } }: Config, logger: Logger) {
  return url === null ? null : connectRedis({ url, connectTimeoutMs: REDIS_CONNECT_MS, logger });
}

function openCacheStore({ redis: { keyPrefix, timeoutMs }, cache }: Config, redis: Redis | null) {
  if (redis === null) {
    const store = memoryCacheStore({ maxBytes: cache.maxBytes, clock: systemClock });
    return { store, storeHealth: null };
  }
  const store = guardStore(redisCacheStore({ redis, keyPrefix }), {
    name: 'redis',
    timeoutMs,
    clock: systemClock,
  });
  return { store, storeHealth: store.health };
}

function openStatistics(
  { redis: { keyPrefix, statisticsFlushMs } }: Config,
  redis: Redis | null,
  logger: Logger,
) {
  const clock = systemClock;
  if (redis === null) {
    return { statistics: memoryStatistics({ clock }), statisticsHealth: () => [], opened: [] };
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
  return { statistics, statisticsHealth: () => [statistics.health()], opened: [statistics] };
}
