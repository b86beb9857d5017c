import type { Builder } from './builder.ts';

/** Adds `cancelGeneration`. */
export function addCancelGeneration(builder: Builder): void {
  const input = builder.inputType('CancelGenerationInput', {
    description: 'Which generation to end.',
    fields: (t) => ({
      generationId: t.id({ required: true, description: 'The id of a generation.' }),
    }),
  });
  builder.mutationField('cancelGeneration', (t) =>
    t.field({
      type: 'CancelGenerationPayload',
      description:
        'End this generation for all its listeners. Requests that joined its upstream call go on; the upstream stops with the last.',
      args: {
        input: t.arg({ type: input, required: true, description: 'Which generation to end.' }),
      },
      resolve: async (_, { input: { generationId } }, { services, principal }) => ({
        generation: await services.generations.cancel(generationId, principal),
      }),
    }),
  );
  builder.objectType('CancelGenerationPayload', {
    description: 'What became of a generation that was to be ended.',
    fields: (t) => ({
      generation: t.expose('generation', {
        type: 'Generation',
        nullable: true,
        description: "The generation as it ended; null when unknown to the caller's tenant.",
      }),
    }),
  });
}
