export type CacheOutcome =
  | 'EXACT'
  | 'SEMANTIC'
  | 'JOINED'
  | 'MISS'
  | 'BYPASSED'
  | 'DISABLED'
  /** The store did not answer in time; the request went on as a miss. */
  | 'UNAVAILABLE';

export type CacheRefusalKind =
  | 'NUMBER'
  | 'UNIT'
  | 'IDENTIFIER'
  | 'ENTITY'
  | 'NEGATION'
  | 'ANTONYM'
  | 'ORDER'
  | 'QUESTION'
  | 'FORMAT'
  | 'LANGUAGE'
  | 'MODIFIER'
  | 'TENSE'
  | 'CONTEXT'
  | 'FRESHNESS'
  | 'LOW_CONFIDENCE'
  | 'REPORTED_DIFFERENT'
  | 'OTHER';

/** Why an answer was, or was not, taken from the cache. */
export type CacheDecision = {
  readonly outcome: CacheOutcome;
  readonly similarity: number | null;
  readonly confidence: number | null;
  readonly refusal: { readonly kind: CacheRefusalKind; readonly detail: string | null } | null;
  readonly matchedPrompt: string | null;
  readonly ageSeconds: number | null;
  readonly entryId: string | null;
  /**
   * A digest of the two prompts that were matched, when they are not the same: under it a report that they differ is
   * remembered. Never shown.
   */
  readonly pair: string | null;
};

/** A decision in which nothing was compared. */
export function plainDecision(outcome: CacheOutcome): CacheDecision {
  return {
    outcome,
    similarity: null,
    confidence: null,
    refusal: null,
    matchedPrompt: null,
    ageSeconds: null,
    entryId: null,
    pair: null,
  };
}
