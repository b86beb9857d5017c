import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { vi } from 'vitest';
import { replicated } from './open-redis.ts';
import { freePort, kill, type RedisServer, spawnRedis, startRedis } from './redis-server.ts';

/** How soon a master that says nothing counts as dead. */
const DOWN_AFTER_MS = 1_000;
const MASTER = 'mymaster';

export type RedisSentinels = AsyncDisposable & {
  readonly url: string;
  /** A master and its replica, in the beginning. */
  readonly servers: readonly [RedisServer, RedisServer];
  /** The one that the sentinels name as the master. */
  master(): Promise<RedisServer>;
};

/** Three sentinels that watch a master and its replica, each in a process of its own. */
export async function startRedisSentinels(): Promise<RedisSentinels> {
  await using starting = new AsyncDisposableStack();
  const first = starting.use(await startRedis());
  const replicaOf = ['--replicaof', '127.0.0.1', String(first.port)];
  const second = starting.use(await startRedis({ args: replicaOf }));
  await replicated(second.url);
  const ports = await Promise.all([freePort(), freePort(), freePort()]);
  for (const port of ports) starting.use(await startSentinel(port, first.port));
  const clients = ports.map((port) => starting.use(openSentinel(port)));
  await vi.waitUntil(async () => (await Promise.all(clients.map(isReady))).every(Boolean), {
    timeout: 20_000,
  });
  const running = starting.move();
  const servers = [first, second] as const;
  return {
    url: `redis+sentinel://${ports.map((port) => `127.0.0.1:${port}`).join(',')}/${MASTER}`,
    servers,
    async master() {
      const reply = await clients[0]?.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', MASTER);
      const [, port] = reply as [string, string];
      return servers.find((server) => server.port === Number(port)) ?? first;
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function startSentinel(port: number, masterPort: number): Promise<AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-sentinel-'));
  const file = join(folder, 'sentinel.conf');
  // The sentinel writes to it what it learns.
  await writeFile(
    file,
    [
      `port ${port}`,
      'bind 127.0.0.1',
      `dir ${folder}`,
      `sentinel monitor ${MASTER} 127.0.0.1 ${masterPort} 2`,
      `sentinel down-after-milliseconds ${MASTER} ${DOWN_AFTER_MS}`,
      `sentinel failover-timeout ${MASTER} 5000`,
    ].join('\n'),
  );
  const server = await spawnRedis([file, '--sentinel'], '+monitor master');
  return {
    async [Symbol.asyncDispose]() {
      await kill(server);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function openSentinel(port: number): Redis & AsyncDisposable {
  const client = new Redis({ port, enableReadyCheck: false });
  return Object.assign(client, {
    async [Symbol.asyncDispose]() {
      client.disconnect();
    },
  });
}

/** Whether a sentinel knows the two others, and the replica. */
async function isReady(sentinel: Redis): Promise<boolean> {
  const told = (await sentinel.call('SENTINEL', 'MASTER', MASTER)) as readonly string[];
  const fieldOf = (name: string) => told[told.indexOf(name) + 1];
  return fieldOf('num-slaves') === '1' && fieldOf('num-other-sentinels') === '2';
}
