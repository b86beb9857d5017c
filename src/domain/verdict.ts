/**
 * How good an answer was.
 * - BAD: it was an answer to this prompt, and not a good one.
 * - WRONG_CACHE_HIT: it was the stored answer to another prompt, which says nothing of the model that wrote it.
 */
export type AnswerVerdict = 'GOOD' | 'BAD' | 'WRONG_CACHE_HIT';
