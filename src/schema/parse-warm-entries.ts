import type { ReadyAnswer } from '../generation/warm-cache.ts';
import type { Rights } from '../tenancy/principal.ts';
import { badUserInput, type Problem } from './errors.ts';
import type { GenerateInput } from './generate-input.ts';
import { generateInputProblems, toRequest } from './parse-input.ts';

/** More come in several calls. */
export const MAX_WARM_ENTRIES = 1_000;

/** `WarmCacheEntry` as the resolver gets it. */
export type WarmCacheEntry = {
  readonly prompt: string;
  readonly answer: string;
  readonly system?: string | null | undefined;
  readonly namespace?: string | null | undefined;
  readonly model?: string | null | undefined;
  readonly ttlSeconds?: number | null | undefined;
};

/**
 * Each entry with the request that it answers: what `generate` makes of the same prompt when nothing more is said.
 * Throws BAD_USER_INPUT that lists what is wrong with any of them.
 *
 * @param namespaces those that the caller may use; null: all
 */
export function parseWarmEntries(
  entries: readonly WarmCacheEntry[],
  namespaces: Rights['namespaces'],
): readonly ReadyAnswer[] {
  if (entries.length > MAX_WARM_ENTRIES) {
    throw badUserInput([{ field: 'entries', message: `must be at most ${MAX_WARM_ENTRIES}` }]);
  }
  const [first, ...others] = entries.flatMap((entry, index) =>
    problemsOf(entry, namespaces).map((problem) => inEntry(index, problem)),
  );
  if (first !== undefined) throw badUserInput([first, ...others]);
  return entries.map((entry) => ({
    request: toRequest(toInput(entry), null, namespaces),
    answer: entry.answer,
  }));
}

function problemsOf(entry: WarmCacheEntry, namespaces: Rights['namespaces']): readonly Problem[] {
  const problems = generateInputProblems(toInput(entry), namespaces);
  if (entry.answer.trim() !== '') return problems;
  return [...problems, { field: 'input.answer', message: 'must not be blank' }];
}

function toInput({ prompt, system, model, namespace, ttlSeconds }: WarmCacheEntry): GenerateInput {
  return { prompt, system, model, cache: { mode: 'DEFAULT', namespace, ttlSeconds } };
}

/** An entry has its fields side by side. */
function inEntry(index: number, { field, message }: Problem): Problem {
  return { field: field.replace(/^input\.(cache\.)?/, `entries[${index}].`), message };
}
