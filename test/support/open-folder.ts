import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Folder = AsyncDisposable & { of(name: string): string };

/** An empty folder of its own, gone with all that is in it when it is disposed of. */
export async function openFolder(): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), 'sluice-test-'));
  return {
    of: (name) => join(path, name),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true }),
  };
}
