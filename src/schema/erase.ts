import type { Builder } from './builder.ts';
import { operatorOnly } from './operator.ts';

/** Adds `eraseData`. */
export function addErase(builder: Builder): void {
  const input = builder.inputType('EraseDataInput', {
    description: 'Whose data to erase.',
    fields: (t) => ({
      tenant: t.string({ required: true, description: 'The tenant whose data it is.' }),
      namespace: t.string({
        description: 'Erase what is in this namespace; all of the tenant when absent.',
      }),
    }),
  });
  builder.mutationField('eraseData', (t) =>
    t.field({
      type: 'EraseDataPayload',
      nullable: true,
      description:
        'Erase all prompts and answers of a tenant, or of one of its namespaces, wherever this gateway keeps them. What is under way is cancelled. UNAVAILABLE means that something may be left: send it again.',
      extensions: operatorOnly,
      args: { input: t.arg({ type: input, required: true, description: 'Whose data to erase.' }) },
      resolve: (_root, { input: { tenant, namespace } }, { services }) =>
        services.erase({ tenant, namespace: namespace ?? null }),
    }),
  );
  builder.objectType('EraseDataPayload', {
    description: 'What was erased.',
    fields: (t) => ({
      entries: t.exposeFloat('entries', { description: 'How many stored answers there were.' }),
      generations: t.exposeFloat('generations', {
        description: 'How many generations were still known, those under way too.',
      }),
    }),
  });
}
