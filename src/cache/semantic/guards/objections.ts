import type { CacheRefusalKind } from '../../decision.ts';
import { areClaims } from './claims.ts';
import type { Comparison } from './comparison.ts';

/**
 * Whether a difference is no reason to refuse by itself. In prompts that are worded alike but for a word or two, what
 * narrows the question, negates it or puts another thing in its place makes another question. In prompts that are put in
 * other words there is nearly always such a difference ("I forgot my PIN", "I don't remember my PIN"), and it says
 * little: there it is left to the confidence, which weighs it. Hard facts are never left to it.
 */
export function isMereObjection(kind: CacheRefusalKind, comparison: Comparison): boolean {
  const { nearness, rewordings, onlyLeft, onlyRight } = comparison;
  // Where nothing else differs, it is the whole difference; and a claim is refuted by one word, wherever it stands.
  if (nearness === 'EQUAL' || areClaims(comparison.readings)) return false;
  // A "not" that only one of the two has is a rewording itself.
  const ownRewordings = kind === 'NEGATION' ? 1 : 0;
  if (nearness !== 'FAR' && rewordings <= ownRewordings) return false;
  if (kind !== 'ENTITY') return OBJECTIONS.has(kind);
  // Another name in the place of a name is another subject, however it is asked after.
  return ![onlyLeft, onlyRight].every((words) => words.some(({ name }) => name));
}

const OBJECTIONS: ReadonlySet<CacheRefusalKind> = new Set([
  'NEGATION',
  'MODIFIER',
  'OTHER',
  'TENSE',
]);
