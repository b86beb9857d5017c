import { randomUUID } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { LoggedEntry } from './port.ts';
import { toEntry } from './stored-entry.ts';

const NEWLINE = 0x0a;
const READ_AT_ONCE = 1 << 18;

/** What a file begins with: its position is known by it wherever the file is moved to. */
export function newHeader(): string {
  return `${JSON.stringify({ kind: 'outcomes', version: 1, id: randomUUID() })}\n`;
}

/** Where the older entries are. */
export function olderThan(path: string): string {
  return `${path}.1`;
}

/**
 * The entries in a file of outcomes and in the older one beside it, oldest first. A last line that is not whole yet is
 * left for the next time, and a line that is none of ours is passed over.
 *
 * @param after a position; null, or one in a file that is gone: from the first entry
 * @throws Error when a file is there and cannot be read
 */
export async function* readOutcomeFiles(
  path: string,
  after: string | null,
): AsyncGenerator<LoggedEntry> {
  await using opened = new AsyncDisposableStack();
  // In this order: one that is moved aside meanwhile is found twice, and not missed.
  const newer = await openFile(path, opened);
  const older = await openFile(olderThan(path), opened);
  const files = older !== null && older.id !== newer?.id ? [older, newer] : [newer];
  const there = files.filter((file) => file !== null);
  const [id, offset] = after?.split(':') ?? [];
  const begin = there.findIndex((file) => file.id === id);
  for (const [index, file] of there.slice(Math.max(begin, 0)).entries()) {
    const from = begin >= 0 && index === 0 ? Number(offset) : 0;
    for await (const { text, end } of linesOf(file.handle, from)) {
      const entry = toEntry(parseJson(text));
      if (entry !== null) yield { position: `${file.id}:${end}`, entry };
    }
  }
}

type OpenFile = { readonly handle: FileHandle; readonly id: string };

/** Null when there is none, or it has no line yet. */
async function openFile(path: string, opened: AsyncDisposableStack): Promise<OpenFile | null> {
  const handle = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (handle === null) return null;
  opened.use(handle);
  for await (const { text } of linesOf(handle, 0)) return { handle, id: idIn(text) };
  return null;
}

/** A file that somebody made of another has no header: then its first line tells it from others. */
function idIn(firstLine: string): string {
  const header = parseJson(firstLine);
  const { id, generationId } = (header ?? {}) as Readonly<Record<string, unknown>>;
  return String(id ?? generationId ?? '').replaceAll(':', '');
}

/** The whole lines from an offset on, and where each ends, in bytes. */
export async function* linesOf(
  handle: FileHandle,
  from: number,
): AsyncGenerator<{ readonly text: string; readonly end: number }> {
  let rest: Buffer<ArrayBufferLike> = Buffer.alloc(0);
  let readTo = from;
  for (;;) {
    const { bytesRead, buffer } = await handle.read({
      buffer: Buffer.allocUnsafe(READ_AT_ONCE),
      position: readTo,
    });
    if (bytesRead === 0) return;
    const begin = readTo - rest.length;
    rest = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
    readTo += bytesRead;
    let start = 0;
    for (let at = rest.indexOf(NEWLINE); at >= 0; at = rest.indexOf(NEWLINE, start)) {
      yield { text: rest.toString('utf8', start, at), end: begin + at + 1 };
      start = at + 1;
    }
    rest = rest.subarray(start);
  }
}

/** Undefined for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
