import type { AnswerVerdict } from '../domain/verdict.ts';
import type { RatingResult } from '../generation/rate-generation.ts';
import type { Builder } from './builder.ts';
import { described } from './described.ts';
import { badUserInput } from './errors.ts';

const MAX_COMMENT_LENGTH = 2_000;

/** Adds `rateGeneration`. */
export function addRating(builder: Builder): void {
  const input = addRateGenerationInput(builder);
  builder.mutationField('rateGeneration', (t) =>
    t.field({
      type: 'RateGenerationPayload',
      description:
        'Say how good an answer was. WRONG_CACHE_HIT also evicts the entry and remembers the pair as different.',
      args: { input: t.arg({ type: input, required: true, description: 'The verdict.' }) },
      resolve: async (_root, { input: { generationId, verdict, comment } }, context) => {
        checkComment(comment);
        const { services, principal } = context;
        return toPayload(await services.rate({ generationId, verdict }, principal));
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
      counted: t.exposeBoolean('counted', {
        description:
          'False: the generation is unknown, or it was rated before. Of one generation the first verdict counts, whoever gave it; later ones change nothing.',
      }),
    }),
  });
}

function addRateGenerationInput(builder: Builder) {
  const verdict = builder.enumType('AnswerVerdict', {
    description: 'How good an answer was.',
    values: described<AnswerVerdict>({
      GOOD: 'It answered the prompt well.',
      BAD: 'It did not, but it was an answer to this prompt.',
      WRONG_CACHE_HIT: 'It was the stored answer to another prompt.',
    }),
  });
  return builder.inputType('RateGenerationInput', {
    description: 'A verdict on one generation.',
    fields: (t) => ({
      generationId: t.id({
        required: true,
        description: 'The generation that is judged, when it has ended.',
      }),
      verdict: t.field({
        type: verdict,
        required: true,
        description: 'How good its answer was. WRONG_CACHE_HIT only of one that the cache served.',
      }),
      comment: t.string({
        description: `Anything to add, for a person; at most ${MAX_COMMENT_LENGTH} characters. This version keeps it nowhere.`,
      }),
    }),
  });
}

function checkComment(comment: string | null | undefined): void {
  if (comment == null || comment.length <= MAX_COMMENT_LENGTH) return;
  const message = `must be at most ${MAX_COMMENT_LENGTH} characters`;
  throw badUserInput([{ field: 'input.comment', message }]);
}

function toPayload(result: RatingResult) {
  switch (result.kind) {
    case 'refused':
      throw badUserInput([{ field: `input.${result.field}`, message: result.message }]);
    case 'unknown':
      return { generation: null, evictedEntryId: null, counted: false };
    case 'rated':
      return result;
  }
}
