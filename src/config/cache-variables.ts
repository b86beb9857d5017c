import { baseUrl, key, milliseconds, oneOf, onOff, share, text, whole } from './parsers.ts';
import { optional, variable } from './variable.ts';

const TEN_YEARS_S = 315_360_000;

const MOST_THREADS = 64;

/** Which stored answers may serve, and what finds those to like prompts. */
export const cacheVariables = {
  CACHE_ENABLED: variable(onOff, 'true', 'Answer from the cache.'),
  CACHE_TTL: variable(whole(1, TEN_YEARS_S), '3600', 'Seconds that an answer is kept.'),
  CACHE_MAX_BYTES: variable(
    whole(0),
    '268435456',
    'Bound of the cache in memory; a Redis has its own.',
  ),
  CACHE_SEMANTIC: variable(onOff, 'true', 'Answer like prompts, too, not only equal ones.'),
  CACHE_MAX_ERROR_RATE: variable(
    share,
    '0.01',
    'Largest tolerated share of wrong answers among those to like prompts; a request may name its own.',
  ),
  CACHE_INDEX_MAX_BYTES: variable(
    whole(0),
    '268435456',
    'Bound of what a process remembers of prompts, to find like ones.',
  ),
  CACHE_SYNONYMS_FILE: optional(
    text,
    'none',
    'JSON file of words that mean the same, by namespace: `{"default":[["broiler","meat chicken"]]}`.',
  ),
  CACHE_CONFIDENCE_FILE: optional(
    text,
    'fitted for the local encoder',
    'JSON file, made by `npm run eval:cache:fit`, of how sure one has to be before an answer serves a like prompt.',
  ),
  ENCODER: variable(
    oneOf(['local', 'openai', 'none']),
    'local',
    'What turns prompts into vectors: a small model in the gateway, a server with the API of OpenAI, or nothing: then only equal prompts are answered.',
  ),
  ENCODER_PRECISION: variable(
    oneOf(['int8', 'fp32']),
    'int8',
    'Of the local models; fp32 is slower and takes more memory.',
  ),
  ENCODER_THREADS: variable(
    whole(1, MOST_THREADS),
    '1',
    'Threads that the local models work on, each with a copy of them.',
  ),
  ENCODER_BASE_URL: optional(
    baseUrl,
    'none',
    'Base URL of the server for ENCODER `openai`, version included. Prompts are sent there.',
  ),
  ENCODER_API_KEY: optional(key, 'none', 'Key for ENCODER_BASE_URL.', { secret: true }),
  ENCODER_MODEL: optional(text, 'none', 'Model to ask for at ENCODER_BASE_URL.'),
  ENCODER_TIMEOUT_MS: variable(
    milliseconds(1),
    '300',
    'How long a model may take before a request goes on without it.',
  ),
  MODEL_FOLDER: optional(
    text,
    "the user's cache folder",
    'Where the files of the local models are kept, which are made once.',
  ),
};
