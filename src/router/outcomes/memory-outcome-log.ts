import { erasedWith } from './erasing.ts';
import type { OutcomeEntry, OutcomeLog } from './port.ts';

/**
 * The outcomes of this process alone, gone when it ends.
 *
 * @param options.maxEntries about two kilobytes each
 */
export function memoryOutcomeLog({ maxEntries }: { maxEntries: number }): OutcomeLog {
  /** By their numbers, which rise. */
  const entries = new Map<number, OutcomeEntry>();
  let first = 0;
  let next = 0;

  return {
    append(entry) {
      entries.set(next, entry);
      next += 1;
      if (next - first <= maxEntries) return;
      entries.delete(first);
      first += 1;
    },
    async *read(after) {
      const end = next;
      const begin = after === null ? first : Number(after) + 1;
      for (let number = begin; number < end; number += 1) {
        const entry = entries.get(number);
        if (entry !== undefined) yield { position: String(number), entry };
      }
    },
    async flush() {},
    async erase(scope) {
      const isErased = erasedWith(scope);
      for (const [number, entry] of entries) if (isErased(entry)) entries.delete(number);
    },
    lost: 0,
    async [Symbol.asyncDispose]() {},
  };
}
