import type { Builder } from './builder.ts';
import type { SharedEnums } from './enums.ts';

/** Adds `RoutingDecision`. */
export function addRoutingDecision(builder: Builder, enums: SharedEnums): void {
  builder.objectType('RoutingDecision', {
    description: 'Which model was asked, and why.',
    fields: (t) => ({
      tier: t.expose('tier', {
        type: enums.ModelTier,
        nullable: true,
        description: 'The tier that was chosen; null for a model outside the tiers.',
      }),
      complexity: t.expose('complexity', {
        type: enums.Complexity,
        nullable: true,
        description: 'How hard the prompt looked; null when the router did not look at it.',
      }),
      expectedGain: t.exposeFloat('expectedGain', {
        nullable: true,
        description:
          'Expected gain in answer quality from the large model, -1..1, when the learned router was used.',
      }),
      explored: t.exposeBoolean('explored', {
        description: 'A coin picked the model, to learn which prompts need which.',
      }),
      reason: t.exposeString('reason', { description: 'One sentence for a person.' }),
      assignments: t.expose('assignments', {
        type: ['ExperimentAssignment'],
        description: 'The experiments this request took part in.',
      }),
      requestedModel: t.exposeString('requestedModel', {
        nullable: true,
        description: 'The model that the caller pinned; null when it pinned none.',
      }),
      servedModel: t.exposeString('servedModel', {
        nullable: true,
        description: 'Null when none answered.',
      }),
      fallbacks: t.expose('fallbacks', {
        type: ['Fallback'],
        description: 'The models that failed before another took over, in order.',
      }),
    }),
  });

  builder.objectType('ExperimentAssignment', {
    description: 'The arm of an experiment that a request was assigned to.',
    fields: (t) => ({
      experiment: t.exposeString('experiment', { description: "The experiment's key." }),
      arm: t.exposeString('arm', { description: "The arm's name." }),
    }),
  });

  builder.objectType('Fallback', {
    description: 'A model that failed before another took over.',
    fields: (t) => ({
      model: t.exposeString('model', { description: 'The model that failed.' }),
      code: t.expose('code', { type: enums.FailureCode, description: 'How it failed.' }),
    }),
  });
}
