import { appendFile, open, rename, rm, writeFile } from 'node:fs/promises';
import type { Logger } from '../../telemetry/logger.ts';
import type { DataScope } from '../../tenancy/data-scope.ts';
import { erasedWith } from './erasing.ts';
import { linesOf, newHeader, olderThan, parseJson, readOutcomeFiles } from './outcome-files.ts';
import type { OutcomeEntry, OutcomeLog } from './port.ts';
import { toEntry } from './stored-entry.ts';
import { createWaitingEntries } from './waiting-entries.ts';

/** Nobody but who runs the gateway: the features of a prompt tell something of it. */
const MODE = 0o600;

const LINES_AT_ONCE = 500;

/**
 * The outcomes of one process in a file of JSON lines. When it holds half of what may be kept it is moved aside, to
 * `<path>.1`, in the place of the one before, and another is begun. What belongs to an erased tenant is taken out by
 * writing the files anew.
 *
 * @param options.path no other process writes it, in a folder that is there
 * @param options.maxEntries one to two kilobytes each
 */
export function fileOutcomeLog(options: {
  path: string;
  maxEntries: number;
  flushMs: number;
  logger: Logger;
}): OutcomeLog {
  const { path, flushMs, logger } = options;
  const mostInFile = Math.max(1, Math.floor(options.maxEntries / 2));
  const waiting = createWaitingEntries({ write, flushMs, logger });
  /** Lines in the newer file; null: not known. */
  let lines: number | null = null;
  let last: Promise<unknown> = Promise.resolve();

  /** After what was begun before. */
  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = last.then(work);
    last = result.catch(() => {});
    return result;
  }

  function write(entries: readonly OutcomeEntry[]): Promise<void> {
    return inTurn(async () => {
      for (let at = 0; at < entries.length; ) {
        const there = await makeRoom();
        const some = entries.slice(at, at + mostInFile - there);
        lines = null;
        await appendFile(path, some.map(toLine).join(''), { mode: MODE });
        lines = there + some.length;
        at += some.length;
      }
    });
  }

  /** Resolves to how many entries are in the newer file, which has room for another. */
  async function makeRoom(): Promise<number> {
    const there = lines ?? (await mend(path));
    if (there !== null && there < mostInFile) return there;
    if (there !== null) await rename(path, olderThan(path));
    await writeFile(path, newHeader(), { mode: MODE });
    return 0;
  }

  async function eraseStored(scope: DataScope): Promise<void> {
    const isErased = erasedWith(scope);
    for (const file of [olderThan(path), path]) await withoutErased(file, isErased);
    lines = null;
  }

  return {
    append: waiting.append,
    read: (after) => readOutcomeFiles(path, after),
    flush: waiting.flush,
    async erase(scope) {
      await waiting.flush();
      waiting.drop(erasedWith(scope));
      await inTurn(() => eraseStored(scope));
    },
    get lost() {
      return waiting.lost;
    },
    [Symbol.asyncDispose]: () => waiting[Symbol.asyncDispose](),
  };
}

function toLine(entry: OutcomeEntry): string {
  return `${JSON.stringify(entry)}\n`;
}

/**
 * Ends a line that a process which was lost has not ended. Resolves to how many lines there are behind the header; null
 * when there is no file, or nothing in it.
 */
async function mend(path: string): Promise<number | null> {
  await using handle = await openIfThere(path, 'r+');
  if (handle === null) return null;
  let lines = 0;
  let end = 0;
  for await (const line of linesOf(handle, 0)) {
    lines += 1;
    end = line.end;
  }
  const { size } = await handle.stat();
  if (end < size) await handle.write('\n', size);
  return size === 0 ? null : Math.max(0, lines - 1);
}

/** Writes a file anew without what is erased, and without what cannot be read; nothing when there is none. */
async function withoutErased(path: string, isErased: (entry: OutcomeEntry) => boolean) {
  await using handle = await openIfThere(path, 'r');
  if (handle === null) return;
  const written = `${path}.new`;
  try {
    await writeFile(written, newHeader(), { mode: MODE });
    let kept: string[] = [];
    for await (const { text } of linesOf(handle, 0)) {
      const entry = toEntry(parseJson(text));
      if (entry !== null && !isErased(entry)) kept.push(`${text}\n`);
      if (kept.length < LINES_AT_ONCE) continue;
      await appendFile(written, kept.join(''));
      kept = [];
    }
    await appendFile(written, kept.join(''));
    await rename(written, path);
  } finally {
    await rm(written, { force: true });
  }
}

async function openIfThere(path: string, flags: string) {
  return open(path, flags).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}
