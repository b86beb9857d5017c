import type { Environment } from '../../src/config/environment.ts';
import { asking } from './gateway.ts';
import { type RedisServer, startRedis } from './redis-server.ts';
import { type ScriptedUpstream, startScriptedUpstream } from './scripted-upstream.ts';
import { type GatewayProcess, spawnGateway } from './spawn-gateway.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

export const LEASE_MS = 1_000;

export type GatewayProcesses = AsyncDisposable & {
  readonly one: GatewayProcess;
  readonly other: GatewayProcess;
  readonly redis: RedisServer;
  /** The way of `one` to Redis. */
  readonly line: TcpProxy;
  readonly upstream: ScriptedUpstream;
};

/** Two real processes that share a real Redis and a model server. */
export async function spawnGateways(environment: Environment = {}): Promise<GatewayProcesses> {
  const upstream = await startScriptedUpstream();
  const redis = await startRedis();
  const line = await startTcpProxy(redis.port);
  const shared = {
    ...asking(upstream),
    REDIS_LEASE_MS: String(LEASE_MS),
    // A busy machine is no Redis that hangs.
    REDIS_TIMEOUT_MS: '1000',
    ...environment,
  };
  const [one, other] = await Promise.all([
    spawnGateway({ ...shared, REDIS_URL: `redis://127.0.0.1:${line.port}` }),
    spawnGateway({ ...shared, REDIS_URL: redis.url }),
  ]);
  return {
    one,
    other,
    redis,
    line,
    upstream,
    async [Symbol.asyncDispose]() {
      await Promise.all([one, other].map((gateway) => gateway[Symbol.asyncDispose]()));
      for (const resource of [line, redis, upstream]) await resource[Symbol.asyncDispose]();
    },
  };
}
