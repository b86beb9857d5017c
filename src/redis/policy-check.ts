import type { Redis } from 'ioredis';
import type { Logger } from '../telemetry/logger.ts';
import { onReconnected, type RedisClient } from './client.ts';
import { mastersOf } from './cluster.ts';

/** What a server does when it is full. */
type Server = {
  readonly runId: string | undefined;
  readonly policy: string;
  readonly maxmemoryBytes: number;
};

const ELSEWHERE =
  'REDIS_CACHE_URL gives stored answers a Redis of their own, which may evict them.';

const EVICTS = 'runs, idempotency keys, switches and statistics may vanish. It needs noeviction';

/**
 * Warns when a Redis makes room in a way that does not suit what it holds. It asks once each is connected, and says
 * nothing of what a server does not tell. Resolves when all have been asked, which may be never; it does not reject.
 *
 * @param options.redis for all but stored answers; null when that stays in this process
 * @param options.cacheRedis for stored answers; the same client when one Redis is for all
 */
export async function checkPolicies(options: {
  redis: RedisClient | null;
  cacheRedis: RedisClient | null;
  logger: Logger;
}): Promise<void> {
  const { redis, cacheRedis, logger } = options;
  if (redis !== null && redis === cacheRedis) {
    checkBoth(await serversOf(redis), logger);
    return;
  }
  const main = serversOf(redis);
  const cache = serversOf(cacheRedis);
  await Promise.all([
    main.then((servers) => checkMain(servers, logger)),
    cache.then((servers) => checkCache(servers, logger)),
  ]);
  checkApart(await main, await cache, logger);
}

function checkBoth(servers: readonly Server[], logger: Logger): void {
  const evicting = servers.find(evicts);
  const full = servers.find(refuses);
  if (evicting) {
    logger.warn({ ...evicting }, `redis evicts when it is full: ${EVICTS}. ${ELSEWHERE}`);
  } else if (full) {
    const what = 'redis refuses writes when it is full, of stored answers as of all else';
    logger.info({ ...full }, `${what}. ${ELSEWHERE}`);
  }
}

function checkMain(servers: readonly Server[], logger: Logger): void {
  const evicting = servers.find(evicts);
  if (evicting) logger.warn({ ...evicting }, `redis evicts when it is full: ${EVICTS}.`);
}

function checkCache(servers: readonly Server[], logger: Logger): void {
  const full = servers.find(refuses);
  if (!full) return;
  const what = 'redis-cache refuses writes when it is full: no new answers are stored then';
  logger.warn({ ...full }, `${what}. It needs a policy that evicts, such as allkeys-lru.`);
}

function checkApart(main: readonly Server[], cache: readonly Server[], logger: Logger): void {
  const runIds = main.map(({ runId }) => runId);
  const shared = cache.find(({ runId }) => runId !== undefined && runIds.includes(runId));
  if (!shared) return;
  const what = 'REDIS_CACHE_URL leads to a server that holds all else as well';
  logger.warn({ ...shared }, `${what}: one maxmemory and one policy are for both.`);
}

function evicts({ policy, maxmemoryBytes }: Server): boolean {
  return maxmemoryBytes > 0 && policy !== 'noeviction';
}

function refuses({ policy, maxmemoryBytes }: Server): boolean {
  return maxmemoryBytes > 0 && policy === 'noeviction';
}

/** Asks when the client is connected, and again at every connection until it is answered. None without a client. */
async function serversOf(client: RedisClient | null): Promise<readonly Server[]> {
  if (client === null) return [];
  const { promise, resolve } = Promise.withResolvers<readonly Server[]>();
  const ask = () => void serversNow(client).then(resolve, () => {});
  const stop = onReconnected(client, ask);
  if (client.status === 'ready') ask();
  const servers = await promise;
  stop();
  return servers;
}

async function serversNow(client: RedisClient): Promise<readonly Server[]> {
  return (await Promise.all(mastersOf(client).map(askServer))).flat();
}

/** INFO tells what CONFIG would, and is allowed where that is not. */
async function askServer(server: Redis): Promise<readonly Server[]> {
  const info = await server.info();
  const fieldOf = (name: string) => new RegExp(`^${name}:(.+?)\\r?$`, 'm').exec(info)?.[1];
  const policy = fieldOf('maxmemory_policy');
  if (policy === undefined) return [];
  return [{ runId: fieldOf('run_id'), policy, maxmemoryBytes: Number(fieldOf('maxmemory')) }];
}
