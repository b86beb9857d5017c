import type { Config } from './config.ts';
import { ConfigError } from './config-error.ts';
import type { Environment } from './environment.ts';
import { readVariables } from './read-variables.ts';
import { redisUrls } from './redis-url.ts';
import { routerConfig } from './router-config.ts';
import { semanticConfig } from './semantic-config.ts';
import { tenancyConfig } from './tenancy-config.ts';
import { upstreamConfig } from './upstream-config.ts';

/**
 * The configuration that an environment describes, frozen.
 *
 * @throws ConfigError that lists all problems at once
 */
export function loadConfig(environment: Environment): Config {
  const problems: string[] = [];
  const settings = readVariables(environment, problems);
  const upstream = upstreamConfig(settings, problems);
  const tenancy = tenancyConfig(settings, problems);
  const redis = redisUrls(settings, problems);
  const semantic = semanticConfig(settings, problems);
  const router = routerConfig(settings, redis, problems);
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
      maxConnectionsPerAddress: settings.MAX_CONNECTIONS_PER_ADDRESS,
      trustedProxies: settings.TRUSTED_PROXIES,
      trustedDocuments: {
        file: settings.TRUSTED_DOCUMENTS_FILE ?? null,
        only: settings.TRUSTED_DOCUMENTS_ONLY,
      },
      maxComplexity: settings.MAX_COMPLEXITY,
      maxDepth: settings.MAX_DEPTH,
      drainMs: settings.DRAIN_TIMEOUT_MS,
    },
    tenancy,
    upstream,
    cache: {
      enabled: settings.CACHE_ENABLED,
      ttlSeconds: settings.CACHE_TTL,
      maxBytes: settings.CACHE_MAX_BYTES,
      semantic,
    },
    redis: {
      ...redis,
      keyPrefix: settings.REDIS_KEY_PREFIX,
      timeoutMs: settings.REDIS_TIMEOUT_MS,
      statisticsFlushMs: settings.REDIS_STATISTICS_FLUSH_MS,
      leaseMs: settings.REDIS_LEASE_MS,
      encryptionKeys: settings.ENCRYPTION_KEY ?? null,
    },
    router,
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

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) {
    if (typeof inner === 'object' && inner !== null) deepFreeze(inner);
  }
  return Object.freeze(value);
}
