import type { CacheRefusalKind } from '../../../../../src/cache/decision.ts';
import { refusalOf, type Synonyms } from '../../../../../src/cache/semantic/guards/guard.ts';
import { readPrompt } from '../../../../../src/cache/semantic/guards/reading.ts';

/** Why the answer to `stored` is not given to `asked`; null when no guard refuses it. */
export function refused(
  asked: string,
  stored: string,
  synonyms?: Synonyms,
): CacheRefusalKind | null {
  return refusalOf(readPrompt(asked), readPrompt(stored), synonyms)?.kind ?? null;
}
