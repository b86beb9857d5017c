import { type PresetName, presets } from '../upstream/presets.ts';
import { models } from './models-parser.ts';
import { baseUrl, decimal, key, milliseconds, oneOf, prices, text, whole } from './parsers.ts';
import { optional, variable } from './variable.ts';

const PROVIDERS = ['demo', ...(Object.keys(presets) as PresetName[]), 'custom'] as const;

/** Whose models answer, and how patient the gateway is with them. */
export const upstreamVariables = {
  LLM_PROVIDER: optional(
    oneOf(PROVIDERS),
    '`huggingface` with HUGGINGFACE_API_KEY, `custom` with LLM_BASE_URL, else `demo`',
    'Whose models answer. A preset sets the base URL and the models; `demo` is no model.',
  ),
  LLM_BASE_URL: optional(
    baseUrl,
    "the preset's",
    'Base URL of an OpenAI-compatible API, version included.',
  ),
  LLM_API_KEY: optional(
    key,
    "the provider's own",
    'Key for the provider, whichever it is. Wins over the variables of single providers.',
    { secret: true },
  ),
  HUGGINGFACE_API_KEY: keyOf('huggingface'),
  OPENAI_API_KEY: keyOf('openai'),
  GROQ_API_KEY: keyOf('groq'),
  TOGETHER_API_KEY: keyOf('together'),
  MODEL_SMALL: optional(text, "the preset's", 'The small model.', { alias: 'MODEL_3B_NAME' }),
  MODEL_LARGE: optional(text, "the preset's", 'The large model.', { alias: 'MODEL_8B_NAME' }),
  MODEL_PRICES: variable(
    prices,
    '{}',
    'Prices in USD per million tokens, over the shipped table: `{"model":{"input":0.1,"output":0.4}}`. Models named here may be pinned.',
  ),
  MODELS: variable(
    models,
    '{}',
    'More models, and what is known of them: `{"model":{"tier":"SMALL","contextTokens":8192,"maxOutputTokens":4096,"abilities":["SYSTEM","JSON","JSON_SCHEMA"],"input":0.1,"output":0.4}}`. Each field may be left out: then it is as shipped, else not known. Without a tier a model is asked only when a request names it. `abilities` lists all that a model can do.',
  ),
  UPSTREAM_FIRST_TOKEN_TIMEOUT_MS: variable(
    milliseconds(1),
    '30000',
    'How long a model may take to begin its answer.',
  ),
  UPSTREAM_IDLE_TIMEOUT_MS: variable(
    milliseconds(1),
    '20000',
    'How long a model may pause within its answer.',
  ),
  UPSTREAM_TOTAL_TIMEOUT_MS: variable(
    milliseconds(1),
    '300000',
    'How long an answer may take, retries included.',
  ),
  UPSTREAM_RETRIES: variable(
    whole(0, 10),
    '2',
    'How often a call is tried again before its first token.',
  ),
  UPSTREAM_MAX_CONCURRENT: variable(
    whole(1),
    '2048',
    'Calls of models under way. Those beyond wait their turn, tenant by tenant.',
  ),
  UPSTREAM_MAX_QUEUED: variable(whole(0), '8192', 'Calls that may wait for their turn.'),
  UPSTREAM_QUEUE_TIMEOUT_MS: variable(
    milliseconds(1),
    '10000',
    'How long a call may wait for its turn.',
  ),
  DEMO_PACE: variable(
    decimal(100),
    '1',
    'How fast the demo answers: 1 as a real model, 0 at once.',
  ),
};

function keyOf(provider: string) {
  return optional(key, 'none', `Key for the provider \`${provider}\`.`, { secret: true });
}
