import { digest } from '../digest.ts';
import { partitionOf } from '../partition.ts';
import type { CacheQuestion } from '../port.ts';

/** Raised when guards or rules change so that what was traced before must not be compared any more. */
const GUARDS_VERSION = 1;

/** The digest of all that has to be equal before the prompts of two questions are compared. */
export function semanticPartitionOf(question: CacheQuestion, encoderId: string): string {
  return digest([partitionOf(question), encoderId, GUARDS_VERSION]);
}
