import type { Builder } from './builder.ts';
import { GENERATE_COMPLEXITY } from './complexity.ts';
import { badUserInput } from './errors.ts';
import type { GenerateArgs } from './generate-input.ts';
import { listen } from './listen.ts';
import { parseGenerateInput } from './parse-input.ts';

const LARGEST_INT = 2 ** 31 - 1;

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
      subscribe: (_, { input, afterSeq }, { services, principal, signal, operationKey }) => {
        assertSeq(afterSeq);
        const request = parseGenerateInput(input, operationKey, principal.rights.namespaces);
        return listen(signal, (left) =>
          services.generations.generateStream(request, principal, afterSeq, left),
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
      subscribe: (_, { generationId, afterSeq }, { services, principal, signal }) => {
        assertSeq(afterSeq);
        return listen(signal, (left) =>
          services.generations.resume(generationId, principal, afterSeq, left),
        );
      },
      resolve: (event) => event,
    }),
  );
}

/** The seq of whatever comes next must still be an Int. */
function assertSeq(afterSeq: number): void {
  if (afterSeq >= -1 && afterSeq < LARGEST_INT) return;
  throw badUserInput([{ field: 'afterSeq', message: 'must be -1 or the seq of an event' }]);
}
