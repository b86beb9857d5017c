import type { Builder } from './builder.ts';

/** Adds `GenerationDecision` and what is said of the prompt. */
export function addDecision(builder: Builder): void {
  builder.objectType('GenerationDecision', {
    description: 'Why each thing was done for one request.',
    fields: (t) => ({
      cache: t.expose('cache', {
        type: 'CacheDecision',
        description: 'Why the answer was, or was not, taken from the cache.',
      }),
      routing: t.expose('routing', {
        type: 'RoutingDecision',
        nullable: true,
        description: 'Null when the router did not run, as for a cached answer.',
      }),
      prompt: t.expose('prompt', {
        type: 'PromptDecision',
        description: 'What was done to the prompt.',
      }),
    }),
  });

  builder.objectType('PromptDecision', {
    description: "What was done to the prompt, in tokens of the gateway's own tokenizer.",
    fields: (t) => ({
      inputTokensBefore: t.exposeFloat('inputTokensBefore', {
        description: 'Tokens of the whole input before it was reduced.',
      }),
      inputTokensAfter: t.exposeFloat('inputTokensAfter', {
        description: 'Tokens of the whole input as it is sent to a model.',
      }),
      terms: t.expose('terms', {
        type: ['InjectedTerm'],
        description: 'The glossary terms that were added to the prompt.',
      }),
    }),
  });

  builder.objectType('InjectedTerm', {
    description: 'A glossary term whose definition was added to the prompt.',
    fields: (t) => ({
      term: t.exposeString('term', { description: 'The term as the glossary has it.' }),
      tokens: t.exposeInt('tokens', { description: 'What its definition takes of the prompt.' }),
    }),
  });
}
