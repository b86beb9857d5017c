import { host, milliseconds, redisUrl, text, whole } from './parsers.ts';
import { optional, variable } from './variable.ts';

/** What processes share, and how. */
export const redisVariables = {
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
};
