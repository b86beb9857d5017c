import { randomUUID } from 'node:crypto';
import { createInvalidate } from './cache/invalidate.ts';
import type { Cache } from './cache/port.ts';
import type { Config } from './config/config.ts';
import type { Clock } from './domain/clock.ts';
import type { DependencyHealth } from './domain/health.ts';
import { createGenerationService } from './generation/create-service.ts';
import type { Peers } from './generation/peers.ts';
import { createRating } from './generation/rate-generation.ts';
import type { RunLog } from './generation/run-log.ts';
import type { GenerationService } from './generation/service.ts';
import { createSpending } from './generation/spending.ts';
import { createWarming } from './generation/warm-cache.ts';
import type { CountTokens } from './prompt/tokens.ts';
import type { Rollout } from './rollout/port.ts';
import { createRouter } from './router/router.ts';
import { createSchema } from './schema/index.ts';
import { createGraphqlServer, type GraphqlServer } from './server/graphql.ts';
import { createHealthReport } from './server/health-report.ts';
import type { TrustedDocuments } from './server/trusted-documents.ts';
import type { Logger } from './telemetry/logger.ts';
import { logRequest } from './telemetry/request-log.ts';
import { meanOutputTokens, type Statistics } from './telemetry/statistics.ts';
import type { Authentication } from './tenancy/authentication.ts';
import { createErase } from './tenancy/erase.ts';
import type { EraseNews } from './tenancy/erase-news.ts';
import type { Limiter } from './tenancy/limiter.ts';
import type { WatchedUpstream } from './upstream/health.ts';
import type { PriceOf } from './upstream/prices.ts';

/** What stands behind each port. */
export type AppDeps = {
  readonly config: Config;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly upstream: WatchedUpstream;
  readonly priceOf: PriceOf;
  readonly countTokens: CountTokens;
  readonly cache: Cache;
  readonly rollout: Rollout;
  readonly runLog: RunLog;
  readonly peers: Peers;
  readonly statistics: Statistics;
  readonly eraseNews: EraseNews;
  readonly limiter: Limiter;
  /** Of what the runs and the statistics lean on. */
  readonly dependencyHealth: () => readonly DependencyHealth[];
  readonly authentication: Authentication;
  /** Null: there are none. */
  readonly trustedDocuments: TrustedDocuments | null;
};

export type App = {
  readonly server: GraphqlServer;
  readonly generations: GenerationService;
};

/** The gateway, put together from its adapters. Opens nothing and listens to nothing. */
export function createApp(deps: AppDeps): App {
  const { config, clock, logger, upstream, cache, rollout, statistics } = deps;
  const { generation } = config;
  const { smallModel, largeModel } = config.upstream;
  const router = createRouter({
    smallModel,
    largeModel,
    otherModels: Object.keys(config.upstream.prices),
    enabled: () => rollout.current().routingEnabled,
    abTestRatio: () => rollout.current().abTestRatio,
  });
  const spending = createSpending({
    limiter: deps.limiter,
    priceOf: deps.priceOf,
    assumedOutputTokens: config.tenancy.assumedOutputTokens,
  });
  const generations = createGenerationService({
    cache,
    router,
    upstream: upstream.upstream,
    log: deps.runLog,
    ...deps.peers,
    priceOf: deps.priceOf,
    countTokens: deps.countTokens,
    clock,
    logger,
    newId: randomUUID,
    baseline: { priceOf: deps.priceOf, largeModel },
    maxInputTokens: generation.maxInputTokens,
    maxAnswerBytes: generation.maxAnswerBytes,
    coalesceMs: generation.coalesceMs,
    graceMs: generation.graceMs,
    keepMs: generation.keepMs,
    keepBytes: generation.logBytes,
    meanOutputTokens: (model) => meanOutputTokens(statistics, model),
    spending,
    report(record, generationId) {
      spending.settle(record, generationId);
      statistics.record(record);
      logRequest(logger, record, generationId);
    },
  });
  const services = {
    generations,
    cache,
    router,
    rollout,
    statistics,
    rate: createRating({
      ...{ generations, cache, router, statistics, clock, logger },
      ratings: deps.peers.ratings,
    }),
    warm: createWarming({ cache, router, countTokens: deps.countTokens, ...generation }),
    invalidate: createInvalidate({ cache, logger }),
    erase: createErase({ generations, cache, statistics, news: deps.eraseNews, logger }),
    modelAvailable: upstream.available,
    health: createHealthReport({
      upstream,
      cache,
      models: [largeModel, smallModel],
      others: deps.dependencyHealth,
      clock,
    }),
  };
  const server = createGraphqlServer({
    schema: createSchema(),
    services,
    authentication: deps.authentication,
    open: config.tenancy.open,
    trustedDocuments: deps.trustedDocuments,
    config: config.server,
    clock,
    logger,
  });
  return { server, generations };
}
