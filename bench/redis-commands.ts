import { hash } from 'node:crypto';
import { glob, readFile } from 'node:fs/promises';

/** A command as Redis got it. */
export type Command = readonly string[];

/** What a command is called in a report, such as `GET answer`, or for a script `claim run`. */
export type NameCommand = (command: Command) => string;

/** What the parts of a key that tell of its use stand for. The first that fits counts. */
const THINGS = [
  [/:events$/, 'run log'],
  [/:listening$/, 'listeners of a run'],
  [/:answering$/, 'run of a question'],
  [/:run:/, 'run'],
  [/:generation:/, 'generation'],
  [/:idempotency:/, 'idempotency key'],
  [/:cache:/, 'answer'],
  [/:process:/, 'process'],
  [/:wake:/, 'channel of a process'],
  [/:rollout:/, 'switches'],
  [/:statistics:/, 'statistics'],
] as const;

/** What each process does by itself, whatever is asked of it. */
const BY_ITSELF = / switches$| statistics$|^SET process$|^PING/;

export function goesByItself(name: string): boolean {
  return BY_ITSELF.test(name);
}

/** Scripts are known by the names that they have in the source. */
export async function readCommandNames(): Promise<NameCommand> {
  const scripts = await scriptNames();
  return ([command = '', ...args]) => {
    const isScript = /^eval/i.test(command);
    const name = (isScript && scripts.get(args[0] ?? '')) || command.toUpperCase();
    const thing = thingOf(args[isScript ? 2 : 0] ?? '');
    return thing === null ? name : `${name} ${thing}`;
  };
}

function thingOf(key: string): string | null {
  return THINGS.find(([pattern]) => pattern.test(key))?.[1] ?? null;
}

/** By the digest of the script. */
async function scriptNames(): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  const root = new URL('..', import.meta.url).pathname;
  for await (const file of glob('src/**/redis-*.ts', { cwd: root })) {
    const source = await readFile(root + file, 'utf8');
    for (const [, name = '', lua = ''] of source.matchAll(
      /const (\w+) = defineScript\(`([^`]*)`\)/g,
    )) {
      names.set(hash('sha1', lua), name);
    }
  }
  return names;
}
