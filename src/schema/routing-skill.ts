import type { Builder } from './builder.ts';
import { described } from './described.ts';
import type { RoutingStrategy } from './stats.ts';

/** Adds `RoutingSkill`. Returns the enum of strategies. */
export function addRoutingSkill(builder: Builder) {
  builder.objectType('RoutingSkill', {
    description:
      'How much better than a coin the gain model chooses, by the outcomes of requests whose model a coin picked.',
    fields: (t) => ({
      proven: t.exposeBoolean('proven', {
        description: 'The interval lies above 0. While it does not, the fixed split decides.',
      }),
      statement: t.exposeString('statement', { description: 'One sentence for a person.' }),
      explored: t.exposeInt('explored', {
        description:
          'Requests that it is measured on: a coin picked their model, and how good the answer was is known.',
      }),
      uplift: t.exposeFloat('uplift', {
        description:
          'What the choice adds to the mean quality of answers, 0..1, over a random split that asks the large model as often, averaged over all such splits.',
      }),
      low: t.exposeFloat('low', { description: 'Lower end of the 95 % interval of uplift.' }),
      high: t.exposeFloat('high', { description: 'Upper end of the 95 % interval of uplift.' }),
      gainModel: t.exposeString('gainModel', { description: 'Version of the gain model.' }),
      trainedOn: t.exposeString('trainedOn', {
        description: 'What the gain model was trained on: one sentence for a person.',
      }),
    }),
  });
  return builder.enumType('RoutingStrategy', {
    description: 'What decides between the small and the large model where no request does.',
    values: described<RoutingStrategy>({
      COMPLEXITY: 'How hard the prompt looks.',
      GAIN: 'How much better the large model is expected to answer.',
    }),
  });
}
