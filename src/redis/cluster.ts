import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { AbstractConnector, Cluster, type Redis, type RedisOptions } from 'ioredis';
import type { ClusterAddress } from '../config/redis-address.ts';

/** What may be chosen of a connection. How replies are shaped is not: ioredis types them by it. */
export type ConnectionOptions = Omit<RedisOptions, 'replyMapping'>;

/** How late a client learns that a node is back, or is another, when no command tells it sooner. */
const LOOK_AT_NODES_MS = 5_000;

/** How long a connection that is given up may take to close. */
const DISCONNECT_MS = 2_000;

/**
 * A client of a cluster that fails fast: a command whose node is away rejects. A command is sent again only when
 * a node has said that it is not the one to carry it out.
 */
export function openCluster(
  address: ClusterAddress,
  options: {
    connectTimeoutMs: number;
    backOff: (attempt: number) => number;
    perNode: ConnectionOptions;
  },
): Cluster {
  const cluster = new Cluster([...address.nodes], {
    enableOfflineQueue: false,
    // Each of these delays would be one before a command is sent again that may have been carried out.
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    clusterRetryStrategy: options.backOff,
    slotsRefreshTimeout: options.connectTimeoutMs,
    slotsRefreshInterval: LOOK_AT_NODES_MS,
    // Names are looked up by the connection itself: its certificate is for the name.
    dnsLookup: (host, callback) => callback(null, host),
    redisOptions: {
      username: address.username ?? undefined,
      password: address.password ?? undefined,
      ...(address.tls && { tls: {} }),
      ...options.perNode,
    },
  });
  connectAhead(cluster);
  return cluster;
}

/**
 * The nodes that hold slots. All of them: what asks every node must not pass one over.
 *
 * @throws Error while one of them is not known or not connected
 */
export function mastersOf(redis: Redis | Cluster): readonly Redis[] {
  if (!(redis instanceof Cluster)) return [redis];
  const known = new Map(redis.nodes().map((node) => [keyOf(node), node]));
  const keys = new Set(redis.slots.map(([master]) => master));
  const masters = [...keys].map((key) => known.get(key ?? ''));
  if (masters.length === 0 || masters.includes(undefined)) {
    throw new Error('A node of the cluster is away.');
  }
  return masters.filter((node) => node !== undefined);
}

/** A connection to any node of a cluster, each time to the next: all hear what is published on one of them. */
export function nodeByNode({
  nodes,
  tls,
}: ClusterAddress): NonNullable<ConnectionOptions['Connector']> {
  let attempts = 0;
  return class NodeByNode extends AbstractConnector {
    constructor() {
      super(DISCONNECT_MS);
    }

    async connect() {
      const node = nodes[attempts % nodes.length];
      attempts += 1;
      if (node === undefined) throw new Error('A cluster without nodes.');
      this.connecting = true;
      this.stream = tls ? connectTls(node) : connectTcp(node);
      this.stream.once('error', (error: Error) => {
        this.firstError = error;
      });
      return this.stream;
    }
  };
}

/**
 * A node would be connected by the first command for it, and would refuse the others until it is connected.
 * Replicas are asked nothing.
 */
function connectAhead(cluster: Cluster): void {
  function connect(node: Redis): void {
    if (node.status === 'wait' && !node.options.readOnly) node.connect().catch(() => {});
  }
  cluster.on('ready', () => cluster.nodes().forEach(connect));
  // While the cluster is not ready, it asks the nodes that it was told of, one after another.
  cluster.on('+node', (node: Redis) => {
    settleAsking(node);
    if (cluster.status === 'ready') process.nextTick(connect, node);
  });
}

function keyOf({ options: { host, port } }: Redis): string {
  return `${host}:${port}`;
}

/**
 * ioredis announces a redirected command by ASKING, and does not look at what comes of that. A rejection that nobody
 * looks at would end the process.
 */
function settleAsking(node: Redis): void {
  const send = node.asking.bind(node);
  node.asking = () => {
    const reply = send();
    reply.catch(() => {});
    return reply;
  };
}
