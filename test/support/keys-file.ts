import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { secret } from './evidence.ts';
import { eachText } from './operation-evidence.ts';

/** A file of API keys that is there until it is disposed of. */
export type KeysFile = AsyncDisposable & {
  readonly path: string;
  /** Puts other content in its place, all at once. */
  write(content: object | string): Promise<void>;
};

export async function writeKeysFile(content: object | string): Promise<KeysFile> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-keys-'));
  const path = join(folder, 'keys.json');
  const write = async (next: object | string) => {
    eachText(next, (name, text) => name === 'key' && secret('key', text));
    const text = typeof next === 'string' ? next : JSON.stringify(next);
    await writeFile(`${path}.new`, text);
    await rename(`${path}.new`, path);
  };
  await write(content);
  return {
    path,
    write,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}
