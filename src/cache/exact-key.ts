import { normalise } from '../prompt/normalise.ts';
import { digest, partitionOf } from './partition.ts';
import type { CacheQuestion } from './port.ts';

/**
 * The key under which a question's answer is kept: equal for two questions of one partition whose prompts
 * have the same canonical form, and for no others. It is also the id of the entry.
 */
export function exactKeyOf(question: CacheQuestion): string {
  return digest([partitionOf(question), normalise(question.request.prompt)]);
}
