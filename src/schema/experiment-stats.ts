import type { Builder } from './builder.ts';
import { described } from './described.ts';
import type { ExperimentState } from './stats.ts';

/** Adds `ExperimentStats`. */
export function addExperimentStats(builder: Builder): void {
  const state = builder.enumType('ExperimentState', {
    description: 'Where an experiment stands.',
    values: described<ExperimentState>({
      OFF: 'Nobody is assigned.',
      COLLECTING: 'Requests are assigned to the arms and compared.',
      RAMPING: 'The better arm is given a growing share.',
      CONCLUDED: 'One arm was found better, or none.',
      ROLLED_BACK: 'The new arm did harm and was taken out.',
    }),
  });
  builder.objectType('ExperimentStats', {
    description: 'One experiment and how its arms compare.',
    fields: (t) => ({
      key: t.exposeString('key', { description: 'Names the experiment.' }),
      state: t.expose('state', { type: state, description: 'Where it stands.' }),
      arms: t.expose('arms', { type: ['ArmStats'], description: 'Its arms.' }),
      conclusion: t.exposeString('conclusion', {
        nullable: true,
        description: 'One sentence for a person; null while there is none.',
      }),
    }),
  });

  builder.objectType('ArmStats', {
    description: 'What happened in one arm of an experiment.',
    fields: (t) => ({
      arm: t.exposeString('arm', { description: 'Names the arm.' }),
      requests: t.exposeFloat('requests', { description: 'Requests that were assigned to it.' }),
      errorRate: t.exposeFloat('errorRate', {
        nullable: true,
        description: 'Share of them that failed, 0..1; null when there were none.',
      }),
      meanRating: t.exposeFloat('meanRating', {
        nullable: true,
        description: 'Share of GOOD among their ratings, 0..1; null when there were none.',
      }),
      meanCostUsd: t.exposeFloat('meanCostUsd', {
        nullable: true,
        description: 'What a request cost on average; null when no cost is known.',
      }),
      firstTokenP95Ms: t.exposeFloat('firstTokenP95Ms', {
        nullable: true,
        description: '95 % of them had their first text within this time; null when none had any.',
      }),
    }),
  });
}
