import type { Environment } from '../../src/config/environment.ts';
import { type Gateway, startGatewayBefore } from './gateway.ts';
import { type ScriptedUpstream, startScriptedUpstream } from './scripted-upstream.ts';

export type AddressedRedis = AsyncDisposable & { readonly url: string };

export type Gateways<Redis> = AsyncDisposable & {
  readonly one: Gateway;
  readonly other: Gateway;
  readonly redis: Redis;
  readonly upstream: ScriptedUpstream;
};

/**
 * Two gateways that share a Redis and a model server: all of two processes but the processes.
 *
 * @param startServer opens what is to be their Redis
 */
export async function startGateways<Redis extends AddressedRedis>(
  environment: Environment,
  startServer: () => Promise<Redis>,
): Promise<Gateways<Redis>> {
  const upstream = await startScriptedUpstream();
  const redis = await startServer();
  const shared = { REDIS_URL: redis.url, REDIS_LEASE_MS: '1000', REDIS_TIMEOUT_MS: '1000' };
  const [one, other] = await Promise.all([
    startGatewayBefore(upstream, { ...shared, ...environment }),
    startGatewayBefore(upstream, { ...shared, ...environment }),
  ]);
  return {
    one,
    other,
    redis,
    upstream,
    async [Symbol.asyncDispose]() {
      for (const resource of [one, other, redis, upstream]) await resource[Symbol.asyncDispose]();
    },
  };
}
