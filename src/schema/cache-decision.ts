import type { CacheOutcome, CacheRefusalKind } from '../cache/decision.ts';
import type { Builder } from './builder.ts';
import { described } from './described.ts';

/** Adds `CacheDecision`. What it quotes of stored prompts is for operators only. */
export function addCacheDecision(builder: Builder): void {
  const outcome = builder.enumType('CacheOutcome', {
    description: 'What the cache did for a request.',
    values: described<CacheOutcome>(CACHE_OUTCOMES),
  });
  builder.objectType('CacheDecision', {
    description: 'Why an answer was, or was not, taken from the cache.',
    fields: (t) => ({
      outcome: t.expose('outcome', { type: outcome, description: 'What the cache did.' }),
      similarity: t.exposeFloat('similarity', {
        nullable: true,
        description: 'Cosine similarity to the closest stored prompt, when one was compared.',
      }),
      confidence: t.exposeFloat('confidence', {
        nullable: true,
        description: 'Estimated probability that the stored answer is right for this prompt.',
      }),
      refusal: t.expose('refusal', {
        type: 'CacheRefusal',
        nullable: true,
        description: 'Why the closest entry was refused.',
      }),
      matchedPrompt: t.string({
        nullable: true,
        description: 'The stored prompt that was matched; null unless the caller is an operator.',
        resolve: (decision, _, { principal }) =>
          principal.operator ? decision.matchedPrompt : null,
      }),
      ageSeconds: t.exposeFloat('ageSeconds', {
        nullable: true,
        description: 'How old the entry is that was matched.',
      }),
      entryId: t.exposeID('entryId', {
        nullable: true,
        description: 'The entry that was matched.',
      }),
    }),
  });

  const refusalKind = builder.enumType('CacheRefusalKind', {
    description: 'What kept a stored answer from being reused.',
    values: described<CacheRefusalKind>(CACHE_REFUSAL_KINDS),
  });
  builder.objectType('CacheRefusal', {
    description: 'Why a stored answer to a similar prompt was not reused.',
    fields: (t) => ({
      kind: t.expose('kind', { type: refusalKind, description: 'What kept it from being reused.' }),
      detail: t.string({
        nullable: true,
        description: 'What differed; null unless the caller is an operator.',
        resolve: (refusal, _, { principal }) => (principal.operator ? refusal.detail : null),
      }),
    }),
  });
}

const CACHE_OUTCOMES: Record<CacheOutcome, string> = {
  EXACT: 'A stored answer to the same prompt was reused.',
  SEMANTIC: 'A stored answer to a prompt of the same meaning was reused.',
  JOINED: 'An equal request was running; this one shares its answer.',
  MISS: 'No stored answer could be reused.',
  BYPASSED: 'The request asked not to look up.',
  DISABLED: 'The cache is switched off.',
  UNAVAILABLE: 'The cache did not answer in time; the request went on without it.',
};

const CACHE_REFUSAL_KINDS: Record<CacheRefusalKind, string> = {
  NUMBER: 'A number differs.',
  UNIT: 'A unit of measure differs.',
  IDENTIFIER: 'A name of code, a version or a like identifier differs.',
  ENTITY: 'A person, place, product or other name differs.',
  NEGATION: 'One prompt negates what the other states.',
  ANTONYM: 'A word stands against its opposite.',
  ORDER: 'The same words stand in an order that changes the meaning.',
  QUESTION: 'Another thing is asked about the same subject.',
  FORMAT: 'Another form of answer is asked for.',
  LANGUAGE: 'The language differs.',
  MODIFIER: 'A word that narrows or widens the question differs.',
  TENSE: 'The time that is spoken of differs.',
  CONTEXT: 'The prompt leans on something outside of itself.',
  FRESHNESS: 'The entry is too old for this request.',
  LOW_CONFIDENCE: 'The answer is not certain enough to be right for the tolerated error rate.',
  REPORTED_DIFFERENT: 'The two prompts were reported to need different answers.',
  OTHER: 'A reason that is not listed here.',
};
