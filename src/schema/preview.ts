import type { Builder } from './builder.ts';
import { PREVIEW_COMPLEXITY } from './complexity.ts';
import type { GenerateArgs } from './generate-input.ts';
import { parseGenerateInput } from './parse-input.ts';

/** Adds `preview`. */
export function addPreview(builder: Builder, args: GenerateArgs): void {
  builder.queryField('preview', (t) =>
    t.field({
      type: 'GenerationPreview',
      description:
        'What generate would do with this input (cache, route, prompt, cost) without calling a model or writing anything.',
      args,
      extensions: { complexity: PREVIEW_COMPLEXITY },
      resolve: (_, { input }, { services, principal }) =>
        services.generations.preview(
          parseGenerateInput(input, null, principal.rights.namespaces),
          principal,
        ),
    }),
  );

  builder.objectType('GenerationPreview', {
    description: 'What generate would do, as things stand now.',
    fields: (t) => ({
      decision: t.expose('decision', {
        type: 'GenerationDecision',
        nullable: true,
        description: 'Null when it would be refused.',
      }),
      wouldFail: t.expose('wouldFail', {
        type: 'GenerationFailure',
        nullable: true,
        description: 'How it would be refused; null when it would be tried.',
      }),
      inputTokens: t.exposeFloat('inputTokens', {
        description:
          "Tokens of the input as a model would get it, by the gateway's own tokenizer; 0 when it would be refused.",
      }),
      estimatedCostUsd: t.exposeFloat('estimatedCostUsd', {
        nullable: true,
        description:
          'What an answer of usual length would cost; zero for a cached one, null when no price is known, or no answer of late to judge the length by.',
      }),
      estimatedCostUpperUsd: t.exposeFloat('estimatedCostUpperUsd', {
        nullable: true,
        description:
          'What the longest answer that is allowed would cost; null when no price or no limit is known.',
      }),
    }),
  });
}
