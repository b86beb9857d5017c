import { GatewayError } from '../domain/errors.ts';
import type { GenerateResult } from '../generation/service.ts';
import type { Builder } from './builder.ts';
import { GENERATE_COMPLEXITY } from './complexity.ts';
import type { GraphContext } from './context.ts';
import type { GenerateArgs, GenerateInput } from './generate-input.ts';
import { parseGenerateInput } from './parse-input.ts';

/** Adds `generate`, as a query and as a mutation, and `startGeneration`. */
export function addGenerate(builder: Builder, args: GenerateArgs): void {
  const result = builder.unionType('GenerateResult', {
    description: 'An answer, or why there is none. Failures that are to be expected are data.',
    types: ['Generation', 'GenerationFailure'],
  });
  const extensions = { complexity: GENERATE_COMPLEXITY };

  builder.queryField('generate', (t) =>
    t.field({
      type: result,
      description:
        'Answer a prompt from the cache when an answer is safe to reuse, else from a model. HTTP POST only. A client that refetches queries by itself may pay again: such clients use the mutation of the same name.',
      args,
      extensions,
      resolve: (_, { input }, context, { path }) => generate(input, context, path.key),
    }),
  );
  builder.mutationField('generate', (t) =>
    t.field({
      type: result,
      description:
        'The same as Query.generate, for clients that must not run it twice by themselves.',
      args,
      extensions,
      resolve: (_, { input }, context, { path }) => generate(input, context, path.key),
    }),
  );
  builder.mutationField('startGeneration', (t) =>
    t.field({
      type: result,
      description: 'Returns at once with a RUNNING generation; follow it with resumeStream.',
      args,
      extensions,
      resolve: async (_, { input }, context, { path }) => {
        const { services, principal } = context;
        const request = requestOf(input, context, path.key);
        return toUnionMember(await services.generations.start(request, principal));
      },
    }),
  );
}

async function generate(input: GenerateInput, context: GraphContext, field: string | number) {
  const { services, principal, signal } = context;
  const request = requestOf(input, context, field);
  try {
    return toUnionMember(await services.generations.generate(request, principal, signal));
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
    throw new GatewayError('CANCELLED', 'The caller left before the generation ended.', {
      cause: thrown,
    });
  }
}

function requestOf(input: GenerateInput, context: GraphContext, field: string | number) {
  const { namespaces } = context.principal.rights;
  return parseGenerateInput(input, keyOfField(context, field), namespaces);
}

/** An operation may select several of these fields, each for another input. A subscription selects one. */
function keyOfField({ operationKey }: GraphContext, field: string | number): string | null {
  return operationKey && `${operationKey} ${field}`;
}

/** The domain's tag becomes the `__typename` by which graphql-js tells the members of a union apart. */
function toUnionMember(result: GenerateResult) {
  return result.kind === 'generation'
    ? { __typename: 'Generation', ...result.generation }
    : { __typename: 'GenerationFailure', ...result.failure };
}
