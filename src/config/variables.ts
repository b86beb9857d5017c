import { cacheVariables } from './cache-variables.ts';
import { callerVariables } from './caller-variables.ts';
import { encryptionKeys, host, milliseconds, oneOf, onOff, origins, whole } from './parsers.ts';
import { redisVariables } from './redis-variables.ts';
import { routerVariables } from './router-variables.ts';
import { upstreamVariables } from './upstream-variables.ts';
import { optional, type Variable, variable } from './variable.ts';

/**
 * Every name that may be set, each also with the prefix `SLUICE_`. The check of the environment, the list of
 * known names and docs/configuration.md all come from this table, in its order.
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
  ...upstreamVariables,
  ...routerVariables,
  ...cacheVariables,
  ...redisVariables,
  ...callerVariables,
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
