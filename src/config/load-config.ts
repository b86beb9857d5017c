import { DEMO_LARGE_MODEL, DEMO_SMALL_MODEL } from '../upstream/demo.ts';
import { type Preset, presets } from '../upstream/presets.ts';
import type { Config } from './config.ts';
import { ConfigError } from './config-error.ts';
import type { Environment } from './environment.ts';
import { readVariables, type Settings } from './read-variables.ts';

const DEMO_MODELS = { smallModel: DEMO_SMALL_MODEL, largeModel: DEMO_LARGE_MODEL };

/**
 * The configuration that an environment describes, frozen.
 *
 * @throws ConfigError that lists all problems at once
 */
export function loadConfig(environment: Environment): Config {
  const problems: string[] = [];
  const settings = readVariables(environment, problems);
  const upstream = upstreamConfig(settings, environment, problems);
  const redisUrl = redisUrlOf(settings, problems);
  if (problems.length > 0 || upstream === null) throw new ConfigError(problems);

  const production = settings.NODE_ENV === 'production';
  return deepFreeze({
    server: {
      host: settings.HOST,
      port: settings.PORT,
      production,
      graphiql: settings.GRAPHIQL_ENABLED ?? !production,
      introspection: settings.INTROSPECTION_ENABLED ?? !production,
      corsOrigins: settings.CORS_ORIGINS,
      maxBodyBytes: settings.MAX_BODY_BYTES,
      maxSocketMessageBytes: settings.MAX_SOCKET_MESSAGE_BYTES,
      maxOperationsPerSocket: settings.MAX_OPERATIONS_PER_SOCKET,
      maxComplexity: settings.MAX_COMPLEXITY,
      maxDepth: settings.MAX_DEPTH,
      drainMs: settings.DRAIN_TIMEOUT_MS,
    },
    upstream,
    cache: {
      enabled: settings.CACHE_ENABLED,
      ttlSeconds: settings.CACHE_TTL,
      maxBytes: settings.CACHE_MAX_BYTES,
    },
    redis: {
      url: redisUrl,
      keyPrefix: settings.REDIS_KEY_PREFIX,
      timeoutMs: settings.REDIS_TIMEOUT_MS,
    },
    router: {
      enabled: settings.ENABLE_MODEL_ROUTING,
      abTestRatio: settings.AB_TEST_RATIO,
    },
    generation: {
      graceMs: settings.GENERATION_GRACE_MS,
      keepMs: settings.GENERATION_KEEP_MS,
      logBytes: settings.GENERATION_LOG_BYTES,
      maxAnswerBytes: settings.MAX_ANSWER_BYTES,
      maxInputTokens: settings.MAX_INPUT_TOKENS,
      coalesceMs: settings.STREAM_COALESCE_MS,
    },
    logLevel: settings.LOG_LEVEL,
  });
}

/** Null when a problem stands in the way, which is then among `problems`. */
function upstreamConfig(
  settings: Settings,
  environment: Environment,
  problems: string[],
): Config['upstream'] | null {
  const provider = settings.LLM_PROVIDER ?? impliedProvider(settings);
  const preset: Preset | null =
    provider === 'demo' || provider === 'custom' ? null : presets[provider];
  const models = modelsOf(settings, provider === 'demo' ? DEMO_MODELS : preset);
  problems.push(...contradictions(provider, settings, models));
  if (models === null) return null;
  return {
    provider,
    baseUrl: settings.LLM_BASE_URL ?? preset?.baseUrl ?? null,
    apiKey: apiKeyOf(settings, environment, preset),
    maxTokensField: preset?.maxTokensField ?? 'max_tokens',
    ...models,
    prices: settings.MODEL_PRICES,
    firstTokenTimeoutMs: settings.UPSTREAM_FIRST_TOKEN_TIMEOUT_MS,
    idleTimeoutMs: settings.UPSTREAM_IDLE_TIMEOUT_MS,
    totalTimeoutMs: settings.UPSTREAM_TOTAL_TIMEOUT_MS,
    retries: settings.UPSTREAM_RETRIES,
    demoPace: settings.DEMO_PACE,
  };
}

type Models = Pick<Config['upstream'], 'smallModel' | 'largeModel'>;

/** Who names one model only, and has no preset for the other, has one model for both tiers. */
function modelsOf(settings: Settings, defaults: Models | null): Models | null {
  const { MODEL_SMALL, MODEL_LARGE } = settings;
  const smallModel = MODEL_SMALL ?? defaults?.smallModel ?? MODEL_LARGE;
  const largeModel = MODEL_LARGE ?? defaults?.largeModel ?? MODEL_SMALL;
  return smallModel === undefined || largeModel === undefined ? null : { smallModel, largeModel };
}

function contradictions(provider: string, settings: Settings, models: Models | null): string[] {
  const problems: string[] = [];
  if (provider === 'custom' && settings.LLM_BASE_URL === undefined) {
    problems.push('LLM_BASE_URL is needed when LLM_PROVIDER is custom.');
  }
  if (provider === 'demo' && settings.LLM_BASE_URL !== undefined) {
    problems.push('LLM_BASE_URL is set, but LLM_PROVIDER is demo, which calls no server.');
  }
  if (models === null)
    problems.push('MODEL_SMALL or MODEL_LARGE is needed: no preset names a model.');
  return problems;
}

function impliedProvider(settings: Settings) {
  if (settings.LLM_BASE_URL !== undefined) return 'custom';
  return settings.HUGGINGFACE_API_KEY === undefined ? 'demo' : 'huggingface';
}

/** LLM_API_KEY, else the variable that the provider's own tools read. */
function apiKeyOf(
  settings: Settings,
  environment: Environment,
  preset: Preset | null,
): string | null {
  if (settings.LLM_API_KEY !== undefined) return settings.LLM_API_KEY;
  const variable = preset?.keyVariable ?? null;
  if (variable === null) return null;
  const own = { ...environment, HUGGINGFACE_API_KEY: settings.HUGGINGFACE_API_KEY }[variable];
  return own === undefined || own === '' ? null : own;
}

function redisUrlOf(settings: Settings, problems: string[]): string | null {
  const { REDIS_URL: url, REDIS_HOST: host, REDIS_PORT: port, REDIS_PASSWORD: password } = settings;
  if (url !== undefined && host !== undefined) {
    problems.push('REDIS_URL and REDIS_HOST both say where Redis is: set one of them.');
  }
  if (url !== undefined) return url;
  if (host === undefined) return null;
  const address = new URL(`redis://${host.includes(':') ? `[${host}]` : host}:${port}`);
  address.password = password ?? '';
  address.pathname = `/${settings.REDIS_DB}`;
  return address.href;
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) {
    if (typeof inner === 'object' && inner !== null) deepFreeze(inner);
  }
  return Object.freeze(value);
}
