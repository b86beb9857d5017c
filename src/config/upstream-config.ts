import type { ModelTier } from '../domain/request.ts';
import { DEMO_LARGE_MODEL, DEMO_SMALL_MODEL } from '../upstream/demo.ts';
import { presets } from '../upstream/presets.ts';
import type { Config } from './config.ts';
import { firstDescribed, operatorPrices, servedModels } from './models-config.ts';
import type { Settings } from './read-variables.ts';

type Provider = NonNullable<Settings['LLM_PROVIDER']>;
type Preset = (typeof presets)[keyof typeof presets];
type Models = Pick<Config['upstream'], 'smallModel' | 'largeModel'>;

const DEMO_MODELS: Models = { smallModel: DEMO_SMALL_MODEL, largeModel: DEMO_LARGE_MODEL };

/** Who answers, and how. Null when a problem stands in the way, which is then among `problems`. */
export function upstreamConfig(settings: Settings, problems: string[]): Config['upstream'] | null {
  const provider = settings.LLM_PROVIDER ?? impliedProvider(settings);
  const preset = provider === 'demo' || provider === 'custom' ? null : presets[provider];
  const models = modelsOf(settings, defaultModels(provider, settings));
  const apiKey = apiKeyOf(settings, preset);
  problems.push(...contradictions(provider, settings));
  if (models === null) {
    problems.push('MODEL_SMALL, MODEL_LARGE or MODELS is needed: no preset names a model.');
  }
  if (preset?.keyVariable && apiKey === null && settings.LLM_BASE_URL === undefined) {
    problems.push(
      `${preset.keyVariable} or LLM_API_KEY is needed when LLM_PROVIDER is ${provider}.`,
    );
  }
  const prices = operatorPrices(settings, problems);
  if (models === null) return null;
  return {
    provider,
    baseUrl: settings.LLM_BASE_URL ?? preset?.baseUrl ?? null,
    apiKey,
    maxTokensField: preset?.maxTokensField ?? 'max_tokens',
    ...models,
    models: servedModels(settings, { provider, first: models, prices }, problems),
    prices,
    firstTokenTimeoutMs: settings.UPSTREAM_FIRST_TOKEN_TIMEOUT_MS,
    idleTimeoutMs: settings.UPSTREAM_IDLE_TIMEOUT_MS,
    totalTimeoutMs: settings.UPSTREAM_TOTAL_TIMEOUT_MS,
    retries: settings.UPSTREAM_RETRIES,
    maxConcurrent: settings.UPSTREAM_MAX_CONCURRENT,
    maxQueued: settings.UPSTREAM_MAX_QUEUED,
    queueTimeoutMs: settings.UPSTREAM_QUEUE_TIMEOUT_MS,
    demoPace: settings.DEMO_PACE,
  };
}

function impliedProvider(settings: Settings): Provider {
  if (settings.LLM_BASE_URL !== undefined) return 'custom';
  return settings.HUGGINGFACE_API_KEY === undefined ? 'demo' : 'huggingface';
}

/** A server of one's own has the models that its operator names: a preset's name beside one is a guess. */
function defaultModels(provider: Provider, settings: Settings): Models | null {
  if (provider === 'demo') return DEMO_MODELS;
  if (provider === 'custom') return null;
  const preset = presets[provider];
  const named = namedModel(settings, 'SMALL') ?? namedModel(settings, 'LARGE');
  return preset.keyVariable === null && named !== undefined ? null : preset;
}

/** Who names one model only, and has no default for the other, has one model for both tiers. */
function modelsOf(settings: Settings, defaults: Models | null): Models | null {
  const small = namedModel(settings, 'SMALL') ?? defaults?.smallModel;
  const large = namedModel(settings, 'LARGE') ?? defaults?.largeModel;
  const smallModel = small ?? large;
  const largeModel = large ?? small;
  return smallModel === undefined || largeModel === undefined ? null : { smallModel, largeModel };
}

function namedModel(settings: Settings, tier: ModelTier): string | undefined {
  const named = tier === 'SMALL' ? settings.MODEL_SMALL : settings.MODEL_LARGE;
  return named ?? firstDescribed(settings, tier);
}

/** LLM_API_KEY, else the variable that the provider's own tools read. No other provider's key is sent. */
function apiKeyOf(settings: Settings, preset: Preset | null): string | null {
  const own = preset?.keyVariable ? settings[preset.keyVariable] : undefined;
  return settings.LLM_API_KEY ?? own ?? null;
}

function contradictions(provider: Provider, settings: Settings): string[] {
  const { LLM_PROVIDER, LLM_BASE_URL, LLM_API_KEY } = settings;
  if (provider === 'custom' && LLM_BASE_URL === undefined) {
    return ['LLM_BASE_URL is needed when LLM_PROVIDER is custom.'];
  }
  if (provider === 'demo' && LLM_BASE_URL !== undefined) {
    return ['LLM_BASE_URL is set, but LLM_PROVIDER is demo, which calls no server.'];
  }
  if (provider === 'demo' && LLM_PROVIDER === undefined && LLM_API_KEY !== undefined) {
    return ['LLM_API_KEY is set, but not whose key it is: set LLM_PROVIDER or LLM_BASE_URL.'];
  }
  return [];
}
