import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** A module of this folder in a process of its own, and the first thing that it told. */
export async function start<Told>(
  file: string,
  ...args: string[]
): Promise<{ told: Told; stop: () => Promise<void> }> {
  // Those that tell their memory collect garbage first.
  const child = fork(new URL(file, import.meta.url), args, { execArgv: ['--expose-gc'] });
  const [told] = (await once(child, 'message')) as [Told];
  return { told, stop: () => end(child) };
}

async function end(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
