import type { Builder } from './builder.ts';
import { notImplemented } from './errors.ts';

/** Adds `rateGeneration`. */
export function addRating(builder: Builder): void {
  const verdict = builder.enumType('AnswerVerdict', {
    description: 'How good an answer was.',
    values: {
      GOOD: { description: 'It answered the prompt well.' },
      BAD: { description: 'It did not, but it was an answer to this prompt.' },
      WRONG_CACHE_HIT: { description: 'It was the stored answer to another prompt.' },
    },
  });
  const input = builder.inputType('RateGenerationInput', {
    description: 'A verdict on one generation.',
    fields: (t) => ({
      generationId: t.id({ required: true, description: 'The generation that is judged.' }),
      verdict: t.field({ type: verdict, required: true, description: 'How good its answer was.' }),
      comment: t.string({ description: 'Anything to add, for a person.' }),
    }),
  });
  builder.mutationField('rateGeneration', (t) =>
    t.field({
      type: 'RateGenerationPayload',
      description:
        'Say how good an answer was. WRONG_CACHE_HIT also evicts the entry and remembers the pair as different.',
      args: { input: t.arg({ type: input, required: true, description: 'The verdict.' }) },
      resolve: () => {
        throw notImplemented('Rating answers');
      },
    }),
  );
  builder.objectType('RateGenerationPayload', {
    description: 'What became of a verdict.',
    fields: (t) => ({
      generation: t.expose('generation', {
        type: 'Generation',
        nullable: true,
        description: "The generation that was judged; null when unknown to the caller's tenant.",
      }),
      evictedEntryId: t.exposeID('evictedEntryId', {
        nullable: true,
        description: 'The cache entry that was evicted; null when none was.',
      }),
    }),
  });
}
