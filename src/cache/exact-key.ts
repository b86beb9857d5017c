import { normalise } from '../prompt/normalise.ts';
import { digest } from './digest.ts';
import { partitionOf } from './partition.ts';
import type { CacheQuestion, KeyedQuestion } from './port.ts';

/**
 * The key under which a question's answer is kept: equal for two questions of one partition whose prompts
 * have the same canonical form, and for no others.
 */
export function exactKeyOf(question: CacheQuestion): string {
  return digest([partitionOf(question), normalise(question.request.prompt)]);
}

/** The question with its key. */
export function withExactKey(question: CacheQuestion): KeyedQuestion {
  return { ...question, key: exactKeyOf(question) };
}
