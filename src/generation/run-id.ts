import { digest } from '../cache/digest.ts';
import type { KeyedQuestion } from '../cache/port.ts';
import type { DataScope } from '../tenancy/data-scope.ts';

/**
 * Begins with the exact key of the question, so that all runs of one question can lie in one place. Then it tells
 * whose it is, so that it can be erased when nothing but its name can be read.
 */
export type RunId = string;

/** In base64url, of six bits each: no two names are going to share one by chance. */
const NAME_CHARACTERS = 16;

/** @param unique an id that no other run has */
export function runIdOf({ key, tenant, request }: KeyedQuestion, unique: string): RunId {
  return `${key}.${scopeInRunIds({ tenant, namespace: request.cache.namespace })}${unique}`;
}

/** The exact key of the question that a run answers. */
export function keyOfRun(runId: RunId): string {
  return runId.slice(0, runId.indexOf('.'));
}

/** What stands between the exact key and the rest in the ids of a scope's runs, and in no others. */
export function scopeInRunIds({ tenant, namespace }: DataScope): string {
  return [tenant, namespace]
    .map((name) => (name === null ? '' : `${nameInRunIds(name)}.`))
    .join('');
}

export function isRunIn(runId: RunId, scope: DataScope): boolean {
  return runId.startsWith(scopeInRunIds(scope), keyOfRun(runId).length + 1);
}

function nameInRunIds(name: string): string {
  return digest([name]).slice(0, NAME_CHARACTERS);
}
