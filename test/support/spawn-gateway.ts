import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Environment } from '../../src/config/environment.ts';
import { keepEnvironment } from './environment-evidence.ts';
import { keepLogLine } from './evidence.ts';

export type GatewayProcess = AsyncDisposable & {
  readonly child: ChildProcess;
  /** Of the GraphQL endpoint. */
  readonly url: string;
  readonly wsUrl: string;
  readonly origin: string;
  /** Every line it has logged so far. */
  readonly lines: readonly string[];
  /** Resolves with the exit code when the process is gone. */
  readonly exited: Promise<number | null>;
};

const ROOT = new URL('../..', import.meta.url).pathname;

/** Starts the gateway by a command, in a process group of its own, and waits until it listens. */
export async function spawnGateway(
  environment: Environment = {},
  command: readonly [string, ...string[]] = [process.execPath, 'src/start.js'],
): Promise<GatewayProcess> {
  keepEnvironment(environment);
  const [file, ...args] = command;
  const child = spawn(file, args, {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      PORT: '0',
      // Hardly a test is about like prompts, and models take time to load.
      ENCODER: 'none',
      ...environment,
    },
  });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const lines: string[] = [];
  const listening = Promise.withResolvers<string>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      keepLogLine(line);
      const url = /"url":"([^"]+)"/.exec(line)?.[1];
      if (url !== undefined) listening.resolve(url);
    });
  }
  void exited.then((code) =>
    listening.reject(new Error(`The gateway ended with ${code}:\n${lines.join('\n')}`)),
  );
  const url = await listening.promise;
  return {
    child,
    url,
    wsUrl: url.replace('http', 'ws'),
    origin: url.replace('/graphql', ''),
    lines,
    exited,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
        process.kill(-child.pid, 'SIGKILL');
      }
      await exited;
    },
  };
}
