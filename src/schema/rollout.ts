import type { RolloutChanges } from '../rollout/port.ts';
import type { Builder } from './builder.ts';
import { badUserInput } from './errors.ts';
import { operatorOnly } from './operator.ts';

/** Adds `rollout` and `setRollout`. */
export function addRollout(builder: Builder): void {
  builder.queryField('rollout', (t) =>
    t.field({
      type: 'Rollout',
      nullable: true,
      description: 'The cache and routing switches as they stand.',
      extensions: operatorOnly,
      resolve: (_root, _args, { services }) => services.rollout.current(),
    }),
  );

  const input = addRolloutInput(builder);
  builder.mutationField('setRollout', (t) =>
    t.field({
      type: 'Rollout',
      nullable: true,
      description: 'Change cache and routing switches on all instances without a restart.',
      extensions: operatorOnly,
      args: { input: t.arg({ type: input, required: true, description: 'What to change.' }) },
      resolve: (_root, { input }, { services }) => services.rollout.change(toChanges(input)),
    }),
  );

  addRolloutType(builder);
}

/** A field that is absent is no change, unlike one that is null. */
function toChanges(input: RolloutInput): RolloutChanges {
  const { semanticCacheEnabled, cacheEnabled, routingEnabled, abTestRatio } = input;
  if (abTestRatio != null && !(abTestRatio >= 0 && abTestRatio <= 1)) {
    throw badUserInput([{ field: 'input.abTestRatio', message: 'must be 0 to 1' }]);
  }
  return {
    ...(cacheEnabled !== undefined && { cacheEnabled }),
    ...(semanticCacheEnabled !== undefined && { semanticCacheEnabled }),
    ...(routingEnabled !== undefined && { routingEnabled }),
    ...(abTestRatio !== undefined && { abTestRatio }),
  };
}

type RolloutInput = ReturnType<typeof addRolloutInput>['$inferInput'];

function addRolloutInput(builder: Builder) {
  return builder.inputType('RolloutInput', {
    description: 'The switches to change; what is absent stays as it is.',
    fields: (t) => ({
      cacheEnabled: t.boolean({ description: 'Whether stored answers are used and kept.' }),
      semanticCacheEnabled: t.boolean({
        description: 'Whether answers to prompts of the same meaning are reused too.',
      }),
      routingEnabled: t.boolean({ description: 'Whether the router looks at prompts.' }),
      abTestRatio: t.float({
        description: 'Share of MEDIUM prompts that goes to the small model, 0..1.',
      }),
    }),
  });
}

function addRolloutType(builder: Builder): void {
  builder.objectType('Rollout', {
    description: 'The switches that an operator may change while the gateway runs.',
    fields: (t) => ({
      cacheEnabled: t.exposeBoolean('cacheEnabled', {
        description: 'Whether stored answers are used and kept.',
      }),
      semanticCacheEnabled: t.exposeBoolean('semanticCacheEnabled', {
        description: 'Whether answers to prompts of the same meaning are reused too.',
      }),
      routingEnabled: t.exposeBoolean('routingEnabled', {
        description: 'Whether the router looks at prompts.',
      }),
      abTestRatio: t.exposeFloat('abTestRatio', {
        description: 'Share of MEDIUM prompts that goes to the small model, 0..1.',
      }),
      changedAt: t.expose('changedAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When they were last changed; null while they stand as configured.',
      }),
    }),
  });
}
