import type { Readable } from 'node:stream';

/**
 * All of `body` as text; null when it holds more than `maxBytes`, and then the connection is closed.
 * Rejects when the body breaks off.
 */
export async function readText(body: Readable, maxBytes: number): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > maxBytes) return null;
  }
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * As `readText`, for a body that is nice to have: an empty text when it breaks off, is too large, or is
 * not there within `withinMs`.
 */
export async function readTextLeniently(
  body: Readable,
  limits: { maxBytes: number; withinMs: number },
): Promise<string> {
  const timer = setTimeout(() => body.destroy(), limits.withinMs);
  try {
    return (await readText(body, limits.maxBytes)) ?? '';
  } catch {
    return '';
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Lets the rest of `body` run off unread, so that its connection can serve another call. An upstream that
 * goes on for longer than `withinMs` loses the connection instead.
 */
export function drain(body: Readable, withinMs: number): void {
  if (body.closed) return;
  const timer = setTimeout(() => body.destroy(), withinMs).unref();
  body.once('close', () => clearTimeout(timer)).resume();
}
