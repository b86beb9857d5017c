import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** Longer than anything takes here; what has not come by then never will. */
const PATIENCE_MS = 60_000;

/** A module of this folder in a process of its own, which ends when it is disposed of. */
export type Process<Told> = AsyncDisposable & {
  /** The first thing that it told. */
  readonly told: Told;
  /** Sends a message and resolves with the next that comes back. One at a time. */
  ask<Answer>(message: object | string): Promise<Answer>;
};

/** Resolves when the process has told something; what it runs may find its arguments from `argv[2]` on. */
export async function start<Told>(file: string, ...args: string[]): Promise<Process<Told>> {
  // Those that tell their memory collect garbage first.
  const child = fork(new URL(file, import.meta.url), args, { execArgv: ['--expose-gc'] });
  return {
    told: await nextMessage<Told>(child),
    ask(message) {
      child.send(message);
      return nextMessage(child);
    },
    [Symbol.asyncDispose]: () => end(child),
  };
}

async function nextMessage<Message>(child: ChildProcess): Promise<Message> {
  const heard = new AbortController();
  const signal = AbortSignal.any([heard.signal, AbortSignal.timeout(PATIENCE_MS)]);
  try {
    const exit = once(child, 'exit', { signal }).then(([code]) => {
      throw new Error(`${child.spawnargs.join(' ')} ended with ${code}`);
    });
    const [message] = await Promise.race([once(child, 'message', { signal }), exit]);
    return message;
  } finally {
    heard.abort();
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
