import type { Builder } from './builder.ts';
import type { SharedEnums } from './enums.ts';

/** Adds `GenerationFailure`. */
export function addFailure(builder: Builder, enums: SharedEnums): void {
  builder.objectType('GenerationFailure', {
    description: 'Why there is no whole answer, and what to do about it.',
    fields: (t) => ({
      code: t.expose('code', { type: enums.FailureCode, description: 'What a program acts on.' }),
      message: t.exposeString('message', { description: 'For developers; wording may change.' }),
      retryable: t.exposeBoolean('retryable', {
        description: 'True when the same request, sent again, may succeed.',
      }),
      retryAfterMs: t.exposeFloat('retryAfterMs', {
        nullable: true,
        description: 'How long to wait at least before sending it again; null when nobody said.',
      }),
      partialText: t.exposeString('partialText', {
        description: 'What arrived before the failure.',
      }),
      usage: t.expose('usage', {
        type: 'GenerationUsage',
        description: 'What was used until the failure.',
      }),
      generation: t.expose('generation', {
        type: 'Generation',
        nullable: true,
        description: 'Null when refused before it began.',
      }),
    }),
  });
}
