import type { GenerationEvent } from '../generation/generation.ts';
import type { Builder } from './builder.ts';

/** Adds `GenerationEvent` and its kinds. The domain's tag decides which is which. */
export function addEvents(builder: Builder): void {
  builder.interfaceType('GenerationEvent', {
    description: INTERFACE_DESCRIPTION,
    resolveType: (event) => EVENT_TYPENAMES[event.type],
    fields: (t) => ({
      generationId: t.exposeID('generationId', { description: 'The generation it belongs to.' }),
      seq: t.exposeInt('seq', {
        description: 'Rises from event to event; resume after your last.',
      }),
    }),
  });
  addStarted(builder);
  addDelta(builder);
  addReset(builder);
  addFinished(builder);
  addFailed(builder);
}

const EVENT_TYPENAMES = {
  started: 'GenerationStarted',
  delta: 'GenerationDelta',
  reset: 'GenerationReset',
  finished: 'GenerationFinished',
  failed: 'GenerationFailed',
} as const satisfies Record<GenerationEvent['type'], string>;

const INTERFACE_DESCRIPTION = `\
seq rises; a replay may merge adjacent deltas into one that carries the last seq. Ignore an event whose seq is not above
your last; an offset beyond your text means that one was missed: resume. Select generationId and seq directly on the
field (not by a named fragment) and ignore an unknown __typename. The last event is GenerationFinished or
GenerationFailed; then the subscription completes. An unknown id: GenerationFailed with NOT_FOUND.`;

function addStarted(builder: Builder): void {
  builder.objectType('GenerationStarted', {
    description: 'The generation has an id, and it is decided where its answer comes from.',
    interfaces: ['GenerationEvent'],
    fields: (t) => ({
      cached: t.exposeBoolean('cached', {
        description: 'True when the answer comes from the cache.',
      }),
      model: t.exposeString('model', {
        nullable: true,
        description: 'The model that is asked, or wrote the cached answer; null when not known.',
      }),
      decision: t.expose('decision', {
        type: 'GenerationDecision',
        description: 'Why it is done so, as far as that is known by now.',
      }),
    }),
  });
}

function addDelta(builder: Builder): void {
  builder.objectType('GenerationDelta', {
    description: 'Append text at offset (UTF-16 units of the text so far).',
    interfaces: ['GenerationEvent'],
    fields: (t) => ({
      offset: t.exposeInt('offset', { description: 'Length of the text before this piece.' }),
      text: t.exposeString('text', { description: 'The next piece of the answer, never empty.' }),
    }),
  });
}

function addReset(builder: Builder): void {
  builder.objectType('GenerationReset', {
    description: 'All output so far is void (another model took over): start again at offset 0.',
    interfaces: ['GenerationEvent'],
    fields: (t) => ({
      reason: t.exposeString('reason', { description: 'One sentence for a person.' }),
      model: t.exposeString('model', {
        nullable: true,
        description: 'The model that took over.',
      }),
      decision: t.expose('decision', {
        type: 'GenerationDecision',
        description: 'Why it is done so, with the model that failed among the fallbacks.',
      }),
    }),
  });
}

function addFinished(builder: Builder): void {
  builder.objectType('GenerationFinished', {
    description: 'The generation ended with an answer. Nothing comes after it.',
    interfaces: ['GenerationEvent'],
    fields: (t) => ({
      generation: t.expose('generation', {
        type: 'Generation',
        description: 'The whole generation, with its usage and timing.',
      }),
    }),
  });
}

function addFailed(builder: Builder): void {
  builder.objectType('GenerationFailed', {
    description:
      'The generation ended without a whole answer, or never began. Nothing comes after it.',
    interfaces: ['GenerationEvent'],
    fields: (t) => ({
      failure: t.expose('failure', {
        type: 'GenerationFailure',
        description: 'Why, and what arrived before.',
      }),
    }),
  });
}
