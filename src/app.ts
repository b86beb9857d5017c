import { randomUUID } from 'node:crypto';
import { createInvalidate } from './cache/invalidate.ts';
import type { Cache } from './cache/port.ts';
import type { PromptVectors } from './cache/semantic/semantic-cache.ts';
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
import { byComplexity } from './router/by-complexity.ts';
import { byGain } from './router/by-gain.ts';
import type { Guardian } from './router/experiments/guardian.ts';
import type { Experiments } from './router/experiments/port.ts';
import type { GainModel } from './router/gain/gain-model.ts';
import type { OutcomeNotes } from './router/outcomes/note-outcomes.ts';
import { createRouter } from './router/router.ts';
import type { Router } from './router/router-port.ts';
import type { Skill } from './router/skill/prove-skill.ts';
import type { Strategy } from './router/tier-choice.ts';
import { createSchema } from './schema/index.ts';
import type { RoutingStanding } from './schema/stats.ts';
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
  /** As it stands now: it is replaced when its file is. */
  readonly gainModel: () => GainModel;
  /** Of the gain model, as it stands now. */
  readonly skill: () => Skill;
  /** Null: without an encoder. */
  readonly vectors: PromptVectors | null;
  readonly experiments: Experiments;
  /** What was last found of experiments, by their keys. */
  readonly judgements: Guardian['judgements'];
  readonly outcomes: OutcomeNotes;
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
  const { config, clock, logger, upstream, cache, rollout, statistics, outcomes } = deps;
  const { generation } = config;
  const { smallModel, largeModel, models } = config.upstream;
  const router = createRouter({
    models,
    strategy: createStrategy(deps),
    experiments: deps.experiments.current,
    enabled: () => rollout.current().routingEnabled,
    abTestRatio: () => rollout.current().abTestRatio,
    isFailing: (model) => !upstream.available(model),
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
    onRouted: outcomes.onRouted,
    onAnswered(spec, { text, end: { finishReason, status } }) {
      const { responseFormat } = spec.cacheQuestion.request;
      outcomes.onAnswered(spec.startedBy.id, { text, finishReason, status, responseFormat });
    },
    report(record, generationId) {
      spending.settle(record, generationId);
      statistics.record(record);
      outcomes.onEnded(record, generationId);
      logRequest(logger, record, generationId);
    },
  });
  const services = {
    generations,
    cache,
    router,
    rollout,
    experiments: deps.experiments,
    statistics,
    rate: createRating({
      ...{ generations, cache, router, statistics, clock, logger },
      ratings: deps.peers.ratings,
      onRated: outcomes.onRated,
    }),
    warm: createWarming({ cache, router, countTokens: deps.countTokens, ...generation }),
    invalidate: createInvalidate({ cache, logger }),
    erase: createErase({ generations, cache, statistics, outcomes, news: deps.eraseNews, logger }),
    routing: () => standingOf(deps, router),
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

/** What chooses between the tiers where no request does. */
function createStrategy(deps: AppDeps): Strategy {
  const { priceOf, rollout, skill } = deps;
  const { strategy, worth, exploration } = deps.config.router;
  const { smallModel, largeModel } = deps.config.upstream;
  const abTestRatio = () => rollout.current().abTestRatio;
  if (strategy === 'complexity') return byComplexity({ abTestRatio });
  return byGain({
    model: deps.gainModel,
    vectors: deps.vectors,
    isProven: () => skill().proven,
    ...{ worth, exploration, abTestRatio },
    costOf: (tier, usage) => priceOf(tier === 'SMALL' ? smallModel : largeModel, usage),
    random: Math.random,
  });
}

function standingOf(deps: AppDeps, router: Router): RoutingStanding {
  const { config, gainModel, skill, upstream, experiments, judgements } = deps;
  const { version, trainedOn } = gainModel().about;
  const learned = config.router.strategy === 'gain';
  return {
    router,
    strategy: learned ? 'GAIN' : 'COMPLEXITY',
    skill: learned ? { ...skill(), gainModel: version, trainedOn } : null,
    modelAvailable: upstream.available,
    experiments: experiments.current(),
    judgements: judgements(),
  };
}
