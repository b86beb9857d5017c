import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findRedisServer } from './redis-binary.ts';

export type RedisServer = AsyncDisposable & {
  readonly port: number;
  readonly url: string;
  /** Hangs: connections stay and new ones are accepted by the system, but nothing is answered. */
  pause(): void;
  resume(): void;
  /** Dies at once, as by a crash. What it held is lost. */
  kill(): Promise<void>;
  /** Starts again, empty, on the same port. */
  restart(): Promise<void>;
};

const READY = 'Ready to accept connections';

/** How far above the port of a node its port for other nodes is. */
const CLUSTER_BUS_OFFSET = 10_000;

/**
 * Starts a redis-server of the test's own on a free port, which keeps nothing on disk.
 *
 * @param options.args more arguments for redis-server, such as `['--cluster-enabled', 'yes']`
 */
export async function startRedis(
  options: { args?: readonly string[] } = {},
  attempts = 5,
): Promise<RedisServer> {
  try {
    return await startOnFreePort(options);
  } catch (error) {
    // Somebody else has taken the port since it was found to be free.
    if (attempts === 1 || !String(error).includes('Address already in use')) throw error;
    return startRedis(options, attempts - 1);
  }
}

async function startOnFreePort(options: { args?: readonly string[] }): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-redis-'));
  const port = await freePort();
  const args = [
    ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder],
    ...['--save', '', '--appendonly', 'no', '--repl-diskless-sync-delay', '0'],
    ...(options.args ?? []),
  ];
  let server = await spawnRedis(args, READY);

  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    pause: () => void server.kill('SIGSTOP'),
    resume: () => void server.kill('SIGCONT'),
    kill: () => kill(server),
    async restart() {
      await kill(server);
      server = await spawnRedis(args, READY);
    },
    async [Symbol.asyncDispose]() {
      await kill(server);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** One above which, 10,000 further on, a cluster's own port fits as well. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  // Closed only after the next is open, so that it is another one.
  const fitting = port + CLUSTER_BUS_OFFSET <= 65_535 ? port : await freePort();
  server.close();
  await once(server, 'close');
  return fitting;
}

/** Starts redis-server and waits until it has said a line with `ready` in it. */
export async function spawnRedis(args: readonly string[], ready: string): Promise<ChildProcess> {
  const server = spawn(await findRedisServer(), args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const said: string[] = [];
  for await (const line of createInterface({ input: server.stdout })) {
    said.push(line);
    if (line.includes(ready)) {
      server.stdout.resume();
      return server;
    }
  }
  throw new Error(`redis-server did not start: ${said.join('\n')}`);
}

/** Ends a server at once, as by a crash. */
export async function kill(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = once(server, 'exit');
  server.kill('SIGKILL');
  await exited;
}
