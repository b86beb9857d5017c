import type { CacheOutcome } from '../cache/decision.ts';
import type { Builder } from './builder.ts';
import { described } from './described.ts';
import type { SharedEnums } from './enums.ts';

/** Adds `CacheDecision`. What it quotes of stored prompts is for operators only. */
export function addCacheDecision(builder: Builder, enums: SharedEnums): void {
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

  builder.objectType('CacheRefusal', {
    description: 'Why a stored answer to a similar prompt was not reused.',
    fields: (t) => ({
      kind: t.expose('kind', {
        type: enums.CacheRefusalKind,
        description: 'What kept it from being reused.',
      }),
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
