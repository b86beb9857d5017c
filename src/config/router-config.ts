import type { GainWorth, RouterConfig } from './config.ts';
import type { Settings } from './read-variables.ts';

const LAMBDA = 0.1;

/** How prompts are routed. What is wrong with it is added to `problems`. */
export function routerConfig(
  settings: Settings,
  redis: { readonly url: string | null },
  problems: string[],
): RouterConfig {
  return {
    enabled: settings.ENABLE_MODEL_ROUTING,
    abTestRatio: settings.AB_TEST_RATIO,
    strategy: settings.ROUTING_STRATEGY,
    worth: gainWorth(settings, problems),
    exploration: settings.ROUTING_EXPLORATION,
    modelFile: settings.ROUTER_MODEL_FILE ?? null,
    experimentsFile: settings.EXPERIMENTS_FILE ?? null,
    outcomes: {
      log: outcomeLog(settings, redis, problems),
      maxEntries: settings.OUTCOME_LOG_MAX,
      prompts: settings.OUTCOME_LOG_PROMPTS,
    },
  };
}

function gainWorth(settings: Settings, problems: string[]): GainWorth {
  const { ROUTING_LAMBDA: lambda, ROUTING_QUALITY_FLOOR: floor } = settings;
  if (lambda !== undefined && floor !== undefined) {
    problems.push('ROUTING_LAMBDA and ROUTING_QUALITY_FLOOR say the same in two ways: set one.');
  }
  return floor === undefined
    ? { kind: 'lambda', lambda: lambda ?? LAMBDA }
    : { kind: 'floor', floor };
}

function outcomeLog(
  { OUTCOME_LOG: named }: Settings,
  { url }: { readonly url: string | null },
  problems: string[],
): RouterConfig['outcomes']['log'] {
  const kind = named?.toLowerCase() ?? (url === null ? 'memory' : 'redis');
  if (kind === 'redis' && url === null) {
    problems.push('OUTCOME_LOG is redis, and REDIS_URL is not set.');
  }
  return kind === 'off' || kind === 'memory' || kind === 'redis'
    ? { kind }
    : { kind: 'file', path: named ?? kind };
}
