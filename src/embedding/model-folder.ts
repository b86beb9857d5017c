import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ModelError } from './model-error.ts';

/**
 * Where made models are kept: `folder`; without one, a folder for this user's caches; where that cannot be written, one
 * of this user's among the temporary files. The first that can be used is.
 */
export function modelFolders(
  folder: string | null,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): readonly ModelFolder[] {
  const chosen = folder ?? cacheFolder(environment);
  const temporary = join(tmpdir(), `sluice-${process.getuid?.() ?? 'models'}`);
  return [
    ...(chosen === null ? [] : [{ path: chosen, ownOnly: false }]),
    { path: temporary, ownOnly: true },
  ];
}

/** Null for a user without a home, as containers may have. */
function cacheFolder(environment: Readonly<Record<string, string | undefined>>): string | null {
  const caches = environment['XDG_CACHE_HOME'] ?? '';
  if (caches !== '') return join(caches, 'sluice');
  try {
    const home = homedir();
    return home === '' ? null : join(home, '.cache', 'sluice');
  } catch {
    return null;
  }
}

export type ModelFolder = {
  readonly path: string;
  /** It lies where anybody may put a folder of that name: it is used only when it belongs to this user. */
  readonly ownOnly: boolean;
};

/**
 * The path of a model in one of `folders`, made when it is not there. Beside it lies its SHA-256; a model that does not
 * agree with it, because a process or the disk failed while it was written, is made again. Processes that make the same
 * model at once do not disturb each other: each writes a file of its own and puts it in place as a whole.
 *
 * It blocks the thread.
 *
 * @param name of the file, without its ending
 * @throws ModelError when no folder can be written
 */
export async function keptModel(
  folders: readonly ModelFolder[],
  name: string,
  make: () => Promise<Uint8Array>,
): Promise<string> {
  const paths = folders.filter(isTrusted).map((folder) => join(folder.path, `${name}.onnx`));
  const whole = paths.find(isWhole);
  if (whole !== undefined) return whole;
  const model = await make();
  const problems: unknown[] = [];
  for (const path of paths) {
    try {
      put(path, model);
      return path;
    } catch (error) {
      problems.push(error);
    }
  }
  throw new ModelError(`A model can be written to none of ${paths.join(', ')}.`, {
    cause: new AggregateError(problems),
  });
}

function isTrusted({ path, ownOnly }: ModelFolder): boolean {
  if (!ownOnly || process.getuid === undefined) return true;
  const status = statSync(path, { throwIfNoEntry: false });
  return status === undefined || status.uid === process.getuid();
}

function isWhole(path: string): boolean {
  try {
    return readFileSync(hashPath(path), 'utf8') === sha256(readFileSync(path));
  } catch {
    // Not there, or not readable: it is as good as none.
    return false;
  }
}

function put(path: string, model: Uint8Array) {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  replace(path, model);
  replace(hashPath(path), sha256(model));
}

function replace(path: string, content: Uint8Array | string) {
  const temporary = `${path}.${randomUUID()}`;
  try {
    writeFileSync(temporary, content);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function hashPath(path: string): string {
  return `${path}.sha256`;
}

export function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
