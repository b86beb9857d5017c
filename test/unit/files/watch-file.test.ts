import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { watchFile } from '../../../src/files/watch-file.ts';
import { openFolder } from '../../support/open-folder.ts';

/** All at once. */
async function write(path: string, text: string) {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

/** Many looks happen between two of a poll. Texts that begin with `bad` are refused. */
async function watch(path: string) {
  const taken: string[] = [];
  const refused: string[] = [];
  const failures: string[] = [];
  const watching = await watchFile({
    path,
    everyMs: 2,
    take(bytes) {
      const text = bytes.toString('utf8');
      (text.startsWith('bad') ? refused : taken).push(text);
      if (text.startsWith('bad')) throw new Error(text);
    },
    failed: (error) => void failures.push((error as Error).message),
  });
  return {
    taken,
    refused,
    failures,
    [Symbol.asyncDispose]: () => watching[Symbol.asyncDispose](),
  };
}

describe('a watched file', () => {
  it('is read at once, and again when it was written', async () => {
    await using folder = await openFolder();
    const path = folder.of('file');
    await writeFile(path, 'one');
    await using watching = await watch(path);
    expect(watching.taken).toEqual(['one']);
    await writeFile(path, 'a second');
    await expect.poll(() => watching.taken.at(-1)).toBe('a second');
    expect(watching.failures).toEqual([]);
  });

  it('is read again when another took its place', async () => {
    await using folder = await openFolder();
    await writeFile(folder.of('file'), 'one');
    await writeFile(folder.of('other'), 'two');
    await using watching = await watch(folder.of('file'));
    await rename(folder.of('other'), folder.of('file'));
    await expect.poll(() => watching.taken).toEqual(['one', 'two']);
  });

  /** A volume of a Secret: the file is a link through a link to a folder, and the latter is exchanged. */
  it('is read again when a link on the way to it leads elsewhere', async () => {
    await using folder = await openFolder();
    for (const [name, text] of [
      ['..one', 'one'],
      ['..two', 'two'],
    ] as const) {
      await mkdir(folder.of(name));
      await writeFile(folder.of(`${name}/file`), text);
    }
    await symlink('..one', folder.of('..data'));
    await symlink('..data/file', folder.of('file'));
    await using watching = await watch(folder.of('file'));
    await symlink('..two', folder.of('..data.new'));
    await rename(folder.of('..data.new'), folder.of('..data'));
    await expect.poll(() => watching.taken).toEqual(['one', 'two']);
  });

  it('is told of once when it is gone, and read again when it is back', async () => {
    await using folder = await openFolder();
    const path = folder.of('file');
    await writeFile(path, 'one');
    await using watching = await watch(path);
    await rm(path);
    await expect.poll(() => watching.failures).toEqual([expect.stringContaining('ENOENT')]);
    await write(path, 'two');
    await expect.poll(() => watching.taken.at(-1)).toBe('two');
    expect(watching.failures).toHaveLength(1);
  });

  it('is handed over once, and told of once, when it is refused', async () => {
    await using folder = await openFolder();
    const path = folder.of('file');
    await writeFile(path, 'one');
    await using watching = await watch(path);
    await write(path, 'bad');
    await expect.poll(() => watching.failures).toEqual(['bad']);
    await write(path, 'bad again');
    await expect.poll(() => watching.failures.at(-1)).toBe('bad again');
    await write(path, 'good');
    await expect.poll(() => watching.taken).toEqual(['one', 'good']);
    expect(watching.failures).toEqual(['bad', 'bad again']);
    expect(watching.refused).toEqual(['bad', 'bad again']);
  });

  it('rejects at first when it is not there, or refused', async () => {
    await using folder = await openFolder();
    await expect(watch(folder.of('file'))).rejects.toThrow('ENOENT');
    await writeFile(folder.of('file'), 'bad');
    await expect(watch(folder.of('file'))).rejects.toThrow('bad');
  });

  it('is not looked at any more once that was disposed of', async () => {
    await using folder = await openFolder();
    const path = folder.of('file');
    await writeFile(path, 'one');
    const stopped = await watch(path);
    await stopped[Symbol.asyncDispose]();
    await using watching = await watch(path);
    await write(path, 'two');
    await expect.poll(() => watching.taken).toEqual(['one', 'two']);
    expect(stopped.taken).toEqual(['one']);
  });
});
