import type { Config } from './config.ts';

/** What the start of the log tells of a configuration: what an operator wants to see, and no secret. */
export function describeConfig(config: Config) {
  const { upstream, router, redis, cache, server } = config;
  return {
    provider: upstream.provider,
    baseUrl: upstream.baseUrl,
    providerKey: upstream.apiKey === null ? 'not set' : 'set',
    smallModel: upstream.smallModel,
    largeModel: upstream.largeModel,
    models: upstream.models.length,
    routing: router.enabled ? router.strategy : 'off',
    cache: cache.enabled ? (redis.cacheUrl === null ? 'memory' : 'redis') : 'off',
    semanticCache: describeSemantic(cache),
    production: server.production,
    callers: describeCallers(config.tenancy),
  };
}

function describeSemantic({ enabled, semantic }: Config['cache']) {
  if (!enabled || !semantic.enabled) return 'off';
  return semantic.encoder?.kind ?? 'off, without an encoder';
}

function describeCallers({ keysFile, jwt }: Config['tenancy']) {
  if (keysFile === null) return jwt === null ? 'open' : 'tokens';
  return jwt === null ? 'keys' : 'keys and tokens';
}
