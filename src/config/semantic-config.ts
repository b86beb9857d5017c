import type { EncoderConfig, SemanticCacheConfig } from './config.ts';
import type { Settings } from './read-variables.ts';

/** What is known of a server that turns prompts into vectors. */
const OF_SERVER = ['ENCODER_BASE_URL', 'ENCODER_API_KEY', 'ENCODER_MODEL'] as const;

/** How like prompts are found. What is wrong with it is added to `problems`. */
export function semanticConfig(settings: Settings, problems: string[]): SemanticCacheConfig {
  return {
    enabled: settings.CACHE_SEMANTIC,
    maxErrorRate: settings.CACHE_MAX_ERROR_RATE,
    indexMaxBytes: settings.CACHE_INDEX_MAX_BYTES,
    synonymsFile: settings.CACHE_SYNONYMS_FILE ?? null,
    confidenceFile: settings.CACHE_CONFIDENCE_FILE ?? null,
    encoder: encoderConfig(settings, problems),
    models: {
      precision: settings.ENCODER_PRECISION,
      threads: settings.ENCODER_THREADS,
      folder: settings.MODEL_FOLDER ?? null,
    },
    timeoutMs: settings.ENCODER_TIMEOUT_MS,
  };
}

/** Null also when a problem stands in the way, which is then among `problems`. */
function encoderConfig(settings: Settings, problems: string[]): EncoderConfig | null {
  // One that is not understood reads as undefined, and is a problem already.
  const kind: Settings['ENCODER'] | undefined = settings.ENCODER;
  if (kind === 'openai') return serverConfig(settings, problems);
  problems.push(...contradictions(settings, kind));
  return kind === 'local' ? { kind } : null;
}

function serverConfig(settings: Settings, problems: string[]): EncoderConfig | null {
  const { ENCODER_BASE_URL: baseUrl, ENCODER_MODEL: model } = settings;
  if (baseUrl === undefined || model === undefined) {
    problems.push('ENCODER_BASE_URL and ENCODER_MODEL are needed when ENCODER is openai.');
    return null;
  }
  const apiKey = settings.ENCODER_API_KEY ?? null;
  return { kind: 'openai', baseUrl, apiKey, model };
}

/** Whoever names a server means to use it. */
function contradictions(settings: Settings, kind: string | undefined): string[] {
  const named = OF_SERVER.filter((name) => settings[name] !== undefined);
  if (kind === undefined || named.length === 0) return [];
  const names = named.join(', ');
  return [`${names} may be set only when ENCODER is openai, and it is ${kind}.`];
}
