import { setTimeout } from 'node:timers/promises';
import { now } from './now.ts';

/** When the first and the last of something was handed over, on `now`. */
export type Span = { readonly firstAt: number; readonly lastAt: number };

/**
 * Hands the items to `say` in order, each when it is due: `dueMs` tells for each, in milliseconds from now.
 * What is due together, or late, is handed over together.
 */
export async function sayWhenDue<Item>(
  items: readonly Item[],
  dueMs: readonly number[],
  say: (items: readonly Item[]) => void,
): Promise<Span> {
  const firstAt = now();
  let lastAt = firstAt;
  let said = 0;
  while (said < items.length) {
    lastAt = now();
    let end = said + 1;
    while (end < items.length && (dueMs[end] ?? 0) <= lastAt - firstAt) end += 1;
    say(items.slice(said, end));
    said = end;
    const waitMs = (dueMs[said] ?? 0) - (now() - firstAt);
    if (said < items.length && waitMs > 0) await setTimeout(waitMs);
  }
  return { firstAt, lastAt };
}
