import type { GenerationEvent } from '../generation/generation.ts';
import type { Builder } from './builder.ts';
import { GENERATE_COMPLEXITY } from './complexity.ts';
import { notImplemented } from './errors.ts';
import { refuseIdempotencyKey } from './generate.ts';
import type { GenerateArgs } from './generate-input.ts';
import { listen } from './listen.ts';
import { parseGenerateInput } from './parse-input.ts';

/** Adds the subscriptions that stream a generation: `generateStream` and `resumeStream`. */
export function addGenerateStream(builder: Builder, args: GenerateArgs): void {
  const afterSeq = builder.args((t) => ({
    afterSeq: t.int({
      required: true,
      defaultValue: -1,
      description: 'The last seq that the client has; -1 for none.',
    }),
  }));

  builder.subscriptionField('generateStream', (t) =>
    t.field({
      type: 'GenerationEvent',
      description:
        'Answer a prompt as a stream. Sent again with the same idempotencyKey (or, after a reconnect, the same WebSocket operation id) it attaches to the same generation.',
      args: { ...args, ...afterSeq },
      extensions: { complexity: GENERATE_COMPLEXITY },
      subscribe: (_, { input, afterSeq }, { services, principal, signal }) => {
        const request = parseGenerateInput(input);
        refuseIdempotencyKey(request);
        if (afterSeq !== -1) throw notImplemented('Going on with a stream after a seq');
        return listen(signal, (left) =>
          services.generations.generateStream(request, principal, left),
        );
      },
      resolve: (event) => event,
    }),
  );

  builder.subscriptionField('resumeStream', (t) =>
    t.field({
      type: 'GenerationEvent',
      description:
        'Attach to a generation: what came after afterSeq is replayed, then the stream goes on live.',
      args: {
        generationId: t.arg.id({ required: true, description: 'The id of a generation.' }),
        ...afterSeq,
      },
      subscribe: (): AsyncIterable<GenerationEvent> => {
        throw notImplemented('Resuming a stream');
      },
      resolve: (event) => event,
    }),
  );
}
