import { Cluster, Redis } from 'ioredis';
import { parseRedisUrl, type RedisAddress, type SentinelAddress } from '../config/redis-address.ts';
import type { Logger } from '../telemetry/logger.ts';
import { type ConnectionOptions, nodeByNode, openCluster } from './cluster.ts';
import { withoutArguments } from './errors.ts';
import { logChanges, logNodeChanges } from './log-changes.ts';

/** One server, whichever Sentinel names now, or the servers of a cluster. */
export type RedisClient = Redis | Cluster;

const RECONNECT_MAX_MS = 2_000;

/** Ends a command that would hang for ever. Whoever answers requests keeps a shorter deadline of its own. */
const COMMAND_TIMEOUT_MS = 1_000;

/** Replies were awaited and none came: the connection is dead, though nobody closed it. */
const SOCKET_TIMEOUT_MS = 5_000;

export type RedisConnectOptions = {
  /** Any that `parseRedisUrl` understands; never logged. */
  readonly url: string;
  readonly connectTimeoutMs: number;
  readonly logger: Logger;
  /** What the log calls it. */
  readonly name?: string;
};

/**
 * A client of Redis that fails fast, for commands that answer at once (no blocking ones, no subscriptions).
 * Commands have to name keys of one slot, as a cluster demands.
 *
 * - While Redis is away a command rejects at once instead of waiting in a queue. When the connection is
 *   lost, the commands under way reject; none is sent twice. Of a cluster, this holds for each node.
 * - The connection is tried again in the background, for ever. It returns at once: a Redis that is down
 *   does not keep the gateway from starting. A server that was promoted is found by itself.
 * - That Redis went away, and that it came back, is logged once each; so is a single node of a cluster.
 *
 * @throws RedisUrlError
 */
export function connectRedis(options: RedisConnectOptions): RedisClient & AsyncDisposable {
  const { connectTimeoutMs, logger, name = 'redis' } = options;
  const address = parseRedisUrl(options.url);
  const limits = {
    maxRetriesPerRequest: 0,
    connectTimeout: connectTimeoutMs,
    commandTimeout: COMMAND_TIMEOUT_MS,
    socketTimeout: SOCKET_TIMEOUT_MS,
  };
  if (address.kind === 'cluster') {
    const cluster = openCluster(address, { connectTimeoutMs, backOff, perNode: limits });
    logChanges(cluster, name, logger);
    logNodeChanges(cluster, name, logger);
    return disposable(cluster);
  }
  const redis = openServer(address, { ...limits, enableOfflineQueue: false });
  logChanges(redis, name, logger);
  return disposable(redis);
}

/**
 * A connection for subscriptions only. It comes back by itself, at another server if need be, without what was
 * subscribed to: whoever uses it subscribes again when it is `ready`, and hears whether Redis allows that. A
 * connection that is cut without a word is not noticed: who has to know sends a PING now and then.
 *
 * @throws RedisUrlError
 */
export function connectSubscriber(options: RedisConnectOptions): Redis & AsyncDisposable {
  const { connectTimeoutMs, logger, name = 'redis' } = options;
  const address = parseRedisUrl(options.url);
  const redis = openServer(address, {
    maxRetriesPerRequest: null,
    // Its own subscribing would let no one catch a refusal.
    autoResubscribe: false,
    connectTimeout: connectTimeoutMs,
  });
  // The client for commands warns of the same.
  redis.on('error', (error) => {
    logger.debug({ error: withoutArguments(error) }, `subscriptions to ${name} are away`);
  });
  return disposable(redis);
}

/**
 * Calls back whenever the client, or a node of a cluster, has got a connection: the first, if that is yet to
 * come, and each new one, behind which the data may be gone. A single command may still reject.
 *
 * @returns ends that
 */
export function onReconnected(client: RedisClient, callback: () => void): () => void {
  if (!(client instanceof Cluster)) {
    client.on('ready', callback);
    return () => client.off('ready', callback);
  }
  const nodeReady = () => {
    if (client.status === 'ready') callback();
  };
  const watch = (node: Redis) => node.on('ready', nodeReady);
  client.on('ready', callback);
  client.on('+node', watch);
  client.nodes().forEach(watch);
  return () => {
    client.off('ready', callback);
    client.off('+node', watch);
    for (const node of client.nodes()) node.off('ready', nodeReady);
  };
}

/** One connection: to a server, to the master that Sentinel names, or to any node of a cluster. */
function openServer(address: RedisAddress, options: ConnectionOptions): Redis {
  const retryStrategy = backOff;
  if (address.kind === 'server') return new Redis(address.url, { ...options, retryStrategy });
  return new Redis({
    username: address.username ?? undefined,
    password: address.password ?? undefined,
    ...(address.tls && { tls: {} }),
    ...(address.kind === 'cluster'
      ? { Connector: nodeByNode(address) }
      : bySentinel(address, options.connectTimeout)),
    ...options,
    retryStrategy,
  });
}

function bySentinel(address: SentinelAddress, timeoutMs: number | undefined): ConnectionOptions {
  return {
    sentinels: [...address.sentinels],
    name: address.master,
    db: address.database,
    sentinelUsername: address.sentinelUsername ?? undefined,
    sentinelPassword: address.sentinelPassword ?? undefined,
    // A sentinel that hangs must not keep us from asking the next.
    sentinelCommandTimeout: timeoutMs,
    sentinelRetryStrategy: backOff,
    ...(address.tls && { enableTLSForSentinelMode: true, sentinelTLS: {} }),
  };
}

function backOff(attempt: number): number {
  return Math.min(50 * 2 ** attempt, RECONNECT_MAX_MS);
}

function disposable<Client extends RedisClient>(client: Client): Client & AsyncDisposable {
  return Object.assign(client, {
    async [Symbol.asyncDispose]() {
      client.disconnect();
    },
  });
}
