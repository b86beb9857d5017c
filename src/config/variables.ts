import { type PresetName, presets } from '../upstream/presets.ts';
import {
  baseUrl,
  decimal,
  encryptionKeys,
  host,
  key,
  milliseconds,
  oneOf,
  onOff,
  origins,
  type Parser,
  prices,
  redisUrl,
  text,
  webUrl,
  whole,
} from './parsers.ts';

/** One name that an operator may set. `value` parses its text, which is never empty. */
export type Variable<Value> = {
  readonly value: Parser<Value>;
  /** What it reads as when nobody sets it, as text that `value` parses; null when it then reads as undefined. */
  readonly default: string | null;
  /** In words, what not setting it comes to, where `default` does not say it. */
  readonly unset?: string;
  readonly description: string;
  /** Never shown. */
  readonly secret?: true;
  /** A second name that means the same. */
  readonly alias?: string;
};

const TEN_YEARS_S = 315_360_000;

const PROVIDERS = ['demo', ...(Object.keys(presets) as PresetName[]), 'custom'] as const;

/**
 * Every name that may be set, each also with the prefix `SLUICE_`. The check of the environment, the list of
 * known names and docs/configuration.md all come from this table.
 */
export const variables = {
  HOST: variable(
    host,
    '127.0.0.1',
    'Address to listen on. The default can be reached from this machine only.',
  ),
  PORT: variable(whole(0, 65_535), '4000', 'Port to listen on; 0 takes any free one.'),
  NODE_ENV: variable(
    oneOf(['production', 'development', 'test']),
    'development',
    '`production` turns GraphiQL and introspection off.',
  ),
  LOG_LEVEL: variable(
    oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'silent']),
    'info',
    'Least level that is logged.',
  ),
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
  ENABLE_MODEL_ROUTING: variable(
    onOff,
    'false',
    'Route by complexity. Not built yet: the large model answers.',
  ),
  AB_TEST_RATIO: variable(
    decimal(1),
    '0.5',
    'Share of MEDIUM prompts that goes to the small model. Not built yet.',
  ),
  CACHE_ENABLED: variable(onOff, 'true', 'Answer from the cache.'),
  CACHE_TTL: variable(whole(1, TEN_YEARS_S), '3600', 'Seconds that an answer is kept.'),
  CACHE_MAX_BYTES: variable(
    whole(0),
    '268435456',
    'Bound of the cache in memory; a Redis has its own.',
  ),
  REDIS_URL: optional(
    redisUrl,
    'none',
    'Redis for what processes share. Without one all stays in this process. A server, a cluster or Sentinel: [Redis](#redis).',
    { secret: true },
  ),
  REDIS_CACHE_URL: optional(
    redisUrl,
    'the same Redis',
    'Another Redis for stored answers alone, which may evict them.',
    { secret: true },
  ),
  REDIS_HOST: optional(host, 'none', 'Host of Redis, in place of REDIS_URL.'),
  REDIS_PORT: optional(whole(1, 65_535), '6379', 'Port of Redis, beside REDIS_HOST.'),
  REDIS_PASSWORD: optional(text, 'none', 'Password of Redis, beside REDIS_HOST.', { secret: true }),
  REDIS_DB: optional(whole(0), '0', 'Database of Redis, beside REDIS_HOST.'),
  REDIS_KEY_PREFIX: variable(text, 'sluice:', 'What every key in Redis begins with.'),
  REDIS_TIMEOUT_MS: variable(
    milliseconds(1),
    '50',
    'How long Redis may be silent before a request goes on without it.',
  ),
  REDIS_LEASE_MS: variable(
    milliseconds(300),
    '5000',
    'How long a process may be silent before others take over the answers that it was giving.',
  ),
  REDIS_STATISTICS_FLUSH_MS: variable(
    milliseconds(100),
    '2000',
    'How often what was counted is written to Redis; a crash loses as much.',
  ),
  API_KEYS_FILE: optional(
    text,
    'no keys',
    'JSON file of the keys that callers show: [Who may call](security.md#who-may-call). Read again when it changes.',
  ),
  ALLOW_OPEN: variable(
    onOff,
    'false',
    'Let everyone call who reaches HOST, where there are no keys and HOST is more than this machine.',
  ),
  JWT_JWKS_URL: optional(
    webUrl,
    'no tokens',
    'Where the keys are that sign the JSON Web Tokens of callers (JWKS). Needs JWT_ISSUER and JWT_AUDIENCE.',
  ),
  JWT_ISSUER: optional(text, 'none', 'What `iss` of a token must be.'),
  JWT_AUDIENCE: optional(text, 'none', 'What `aud` of a token must hold.'),
  JWT_TENANT_CLAIM: variable(text, 'tenant', 'Claim of a token that names its tenant.'),
  JWT_OPERATOR_CLAIM: optional(
    text,
    'no token is an operator',
    'Claim that makes the bearer an operator when it is `true`.',
  ),
  TRUSTED_DOCUMENTS_FILE: optional(
    text,
    'any document',
    'JSON object of the documents that clients may run, by id: [Trusted documents](security.md#trusted-documents).',
  ),
  TRUSTED_DOCUMENTS_ONLY: variable(
    onOff,
    'true',
    'Refuse documents outside TRUSTED_DOCUMENTS_FILE, but for operators.',
  ),
  ENCRYPTION_KEY: optional(
    encryptionKeys,
    'stored as it is',
    'Key of 32 bytes, in hex or base64, that seals prompts and answers in Redis (AES-256-GCM). Several with commas between: the first one seals, the others still open.',
    { secret: true },
  ),
  ASSUMED_OUTPUT_TOKENS: variable(
    whole(1),
    '2048',
    'What an answer without `maxTokens` is taken to need when limits are checked, and may have where a budget is to hold.',
  ),
  CORS_ORIGINS: variable(
    origins,
    '',
    'Origins whose pages may call, with commas between; `*` for all.',
  ),
  GRAPHIQL_ENABLED: optional(onOff, 'not in production', 'Serve GraphiQL at /graphql.'),
  INTROSPECTION_ENABLED: optional(onOff, 'not in production', 'Answer introspection queries.'),
  MAX_BODY_BYTES: variable(whole(1_024), '1048576', 'Largest HTTP request body.'),
  MAX_SOCKET_MESSAGE_BYTES: variable(whole(1_024), '1048576', 'Largest WebSocket message.'),
  MAX_OPERATIONS_PER_SOCKET: variable(whole(1), '64', 'Operations in flight on one WebSocket.'),
  MAX_CONNECTIONS_PER_ADDRESS: variable(
    whole(1),
    '10000',
    'WebSockets and HTTP requests under way of one client address.',
  ),
  TRUSTED_PROXIES: variable(
    whole(0, 16),
    '0',
    'How many proxies in front add to X-Forwarded-For; 0 does not believe the header.',
  ),
  MAX_COMPLEXITY: variable(
    whole(1),
    '1000',
    'What one operation may cost: a generation or a preview counts 100, any other field 1.',
  ),
  MAX_DEPTH: variable(whole(1), '15', 'How deep one operation may nest.'),
  DRAIN_TIMEOUT_MS: variable(
    milliseconds(0),
    '25000',
    'How long running answers may take to end after SIGTERM.',
  ),
  GENERATION_GRACE_MS: variable(
    milliseconds(0),
    '5000',
    'How long a model goes on for nobody; 0 stops it at once.',
  ),
  GENERATION_KEEP_MS: variable(milliseconds(0), '300000', 'How long an ended generation is kept.'),
  GENERATION_LOG_BYTES: variable(
    whole(65_536),
    '134217728',
    'Bound of the logs of all generations, and again of their requests, which are kept as long.',
  ),
  MAX_ANSWER_BYTES: variable(
    whole(1_024),
    '8388608',
    'Bound of one answer, at two bytes a character.',
  ),
  MAX_INPUT_TOKENS: variable(whole(1), '100000', 'Longest prompt, with history and system text.'),
  STREAM_COALESCE_MS: variable(
    whole(0, 1_000),
    '20',
    'What a model says within this time is sent as one event.',
  ),
} as const satisfies Record<string, Variable<unknown>>;

export type VariableName = keyof typeof variables;

type More = { readonly secret?: true; readonly alias?: string };

/** A variable that always has a value. */
function variable<Value>(
  value: Parser<Value>,
  byDefault: string,
  description: string,
  more: More = {},
) {
  return { value, default: byDefault, description, ...more };
}

/** A variable that reads as undefined when nobody sets it, which comes to what `unset` says. */
function optional<Value>(
  value: Parser<Value>,
  unset: string,
  description: string,
  more: More = {},
) {
  return { value, default: null, unset, description, ...more };
}

function keyOf(provider: string) {
  return optional(key, 'none', `Key for the provider \`${provider}\`.`, { secret: true });
}
