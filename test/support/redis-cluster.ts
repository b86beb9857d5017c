import { vi } from 'vitest';
import { openRedis, replicated } from './open-redis.ts';
import { type RedisServer, startRedis } from './redis-server.ts';

const SLOTS = 16_384;
/** How soon a node that says nothing counts as dead. */
const NODE_TIMEOUT_MS = 2_000;

export type RedisCluster = AsyncDisposable & {
  readonly url: string;
  /** Each owns a third of the slots. */
  readonly masters: readonly [RedisServer, RedisServer, RedisServer];
};

/**
 * Three nodes, each in a process of its own.
 *
 * @param options.replicaOfFirst a fourth node takes over from the first when that dies
 */
export async function startRedisClusterOfThree(
  options: { replicaOfFirst?: boolean } = {},
): Promise<RedisCluster> {
  await using starting = new AsyncDisposableStack();
  const start = async () => starting.use(await startNode());
  const masters = await Promise.all([start(), start(), start()]);
  const [first] = masters;
  const others = options.replicaOfFirst ? [await start()] : [];
  const slots = SLOTS / masters.length;
  await Promise.all(
    masters.map((node, index) =>
      ask(node, 'ADDSLOTSRANGE', Math.ceil(index * slots), Math.ceil((index + 1) * slots) - 1),
    ),
  );
  for (const node of [...masters.slice(1), ...others]) {
    await ask(node, 'MEET', '127.0.0.1', first.port);
  }
  await untilWhole([...masters, ...others]);
  for (const replica of others) await replicate(replica, first);
  const running = starting.move();
  return {
    url: `redis+cluster://${masters.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    masters,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function startNode(): Promise<RedisServer> {
  const timeout = String(NODE_TIMEOUT_MS);
  return startRedis({ args: ['--cluster-enabled', 'yes', '--cluster-node-timeout', timeout] });
}

async function ask(node: RedisServer, ...command: readonly (string | number)[]): Promise<string> {
  await using client = await openRedis(node.url);
  return String(await client.call('CLUSTER', ...command));
}

/** Until each node knows all, and takes commands: it waits for two seconds before it does. */
async function untilWhole(nodes: readonly RedisServer[]): Promise<void> {
  await vi.waitUntil(
    async () => {
      const states = await Promise.all(nodes.map((node) => ask(node, 'INFO')));
      return states.every(
        (state) =>
          state.includes('cluster_state:ok') &&
          state.includes(`cluster_known_nodes:${nodes.length}\r\n`),
      );
    },
    { timeout: 20_000 },
  );
}

async function replicate(replica: RedisServer, master: RedisServer): Promise<void> {
  await ask(replica, 'REPLICATE', await ask(master, 'MYID'));
  await replicated(replica.url);
}
