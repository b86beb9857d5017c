import {
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keptModel, modelFolders } from '../../../src/embedding/model-folder.ts';

/** An empty folder, and what makes a model into it and counts how often. */
async function openFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-models-'));
  let made = 0;
  const make = async () => {
    made += 1;
    return Buffer.from('a model, all of it');
  };
  const folders = [{ path: join(folder, 'models'), ownOnly: false }];
  return {
    folder,
    keep: () => keptModel(folders, 'name', make),
    made: () => made,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

describe('a kept model', () => {
  it('is made once', async () => {
    await using opened = await openFolder();
    const path = await opened.keep();
    expect(readFileSync(path, 'utf8')).toBe('a model, all of it');
    expect(await opened.keep()).toBe(path);
    expect(opened.made()).toBe(1);
  });

  it.each([
    ['was cut short', (path: string) => truncateSync(path, 7)],
    ['was changed', (path: string) => writeFileSync(path, 'a model, ALL of it')],
    ['has no hash beside it', (path: string) => unlinkSync(`${path}.sha256`)],
    ['is gone', (path: string) => unlinkSync(path)],
  ])('is made again when it %s', async (_what, spoil) => {
    await using opened = await openFolder();
    spoil(await opened.keep());
    const path = await opened.keep();
    expect(readFileSync(path, 'utf8')).toBe('a model, all of it');
    expect(opened.made()).toBe(2);
    await opened.keep();
    expect(opened.made()).toBe(2);
  });

  it('is whole when several make it at once, and nothing else is left', async () => {
    await using opened = await openFolder();
    const paths = await Promise.all([opened.keep(), opened.keep(), opened.keep()]);
    expect(new Set(paths).size).toBe(1);
    const before = opened.made();
    await opened.keep();
    expect(opened.made()).toBe(before);
    expect(readdirSync(join(opened.folder, 'models')).sort()).toEqual([
      'name.onnx',
      'name.onnx.sha256',
    ]);
  });

  it('goes to the next folder when the first cannot be written', async () => {
    await using opened = await openFolder();
    const file = join(opened.folder, 'file');
    writeFileSync(file, '');
    const folders = [file, join(opened.folder, 'other')].map((path) => ({ path, ownOnly: false }));
    const path = await keptModel(folders, 'name', async () => Buffer.from('model'));
    expect(path).toBe(join(opened.folder, 'other', 'name.onnx'));
  });

  it('is refused when no folder can be written', async () => {
    await using opened = await openFolder();
    const path = join(opened.folder, 'file');
    writeFileSync(path, '');
    const keeping = keptModel([{ path, ownOnly: false }], 'name', async () => Buffer.from('model'));
    await expect(keeping).rejects.toThrow('can be written to none of');
  });

  // Only one user can give files away, and is who runs the tests in a container.
  it.runIf(userInfo().uid === 0)('is not looked for in a folder of somebody else', async () => {
    await using opened = await openFolder();
    const path = join(opened.folder, 'theirs');
    mkdirSync(path);
    chownSync(path, 65_534, 65_534);
    const keeping = keptModel([{ path, ownOnly: true }], 'name', async () => Buffer.from('model'));
    await expect(keeping).rejects.toThrow('can be written to none of');
  });
});

describe('the folders of models', () => {
  const pathsOf = (folder: string | null, environment: Record<string, string>) =>
    modelFolders(folder, environment).map(({ path }) => path);

  it('begin with the one that is named', () => {
    expect(pathsOf('/models', { XDG_CACHE_HOME: '/caches' })[0]).toBe('/models');
  });

  it('begin with that of caches when none is named', () => {
    expect(pathsOf(null, { XDG_CACHE_HOME: '/caches' })[0]).toBe('/caches/sluice');
    expect(pathsOf(null, {})[0]).toMatch(/\/\.cache\/sluice$/);
  });

  it('end with one of this user among the temporary files', () => {
    expect(modelFolders(null, {}).at(-1)).toEqual({
      path: join(tmpdir(), `sluice-${userInfo().uid}`),
      ownOnly: true,
    });
  });
});
