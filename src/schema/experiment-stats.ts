import type { ExperimentState } from '../router/experiments/port.ts';
import type { Builder } from './builder.ts';
import { described } from './described.ts';
import type { Guardrail } from './to-experiment-stats.ts';

/** Adds `ExperimentStats`. */
export function addExperimentStats(builder: Builder): void {
  addExperiment(builder);
  addArm(builder);
  addGuardrail(builder);
}

function addExperiment(builder: Builder): void {
  const state = builder.enumType('ExperimentState', {
    description: 'Where an experiment stands.',
    values: described<ExperimentState>({
      OFF: 'Nobody is assigned.',
      COLLECTING: 'Requests are assigned to the arms and compared, at a share that stays.',
      RAMPING: 'The same, at a share that grows as the schedule says while nothing does harm.',
      CONCLUDED: 'One arm was adopted, and serves everybody.',
      ROLLED_BACK: 'The treatment did harm and was taken out; nobody is assigned.',
    }),
  });
  builder.objectType('ExperimentStats', {
    description: 'One experiment and how its arms compare.',
    fields: (t) => ({
      key: t.exposeString('key', { description: 'Names the experiment.' }),
      state: t.expose('state', { type: state, description: 'Where it stands.' }),
      run: t.exposeID('run', {
        nullable: true,
        description:
          'Names the run: each start begins another, which counts anew. Null before the first.',
      }),
      share: t.exposeFloat('share', {
        description:
          'Share of all users that is in the treatment, 0..0.5; as many are in the control. Zero unless it is COLLECTING or RAMPING.',
      }),
      since: t.expose('since', {
        type: 'DateTime',
        nullable: true,
        description: 'When the share last changed; null before the first start.',
      }),
      adopted: t.exposeString('adopted', {
        nullable: true,
        description: 'The arm that serves everybody; null unless it is CONCLUDED.',
      }),
      arms: t.expose('arms', {
        type: ['ArmStats'],
        description: 'Its arms, the control first: what they did in this run.',
      }),
      guardrails: t.expose('guardrails', {
        type: ['GuardrailStats'],
        description:
          'What was last found of all that its arms did in this run, in whatever window; none before the first look, and unless the caller is an operator.',
      }),
      sampleRatioOk: t.exposeBoolean('sampleRatioOk', {
        nullable: true,
        description:
          'False: one arm has more requests than chance explains, so that the arms do not compare and the share stays. Null before the first look, and unless the caller is an operator.',
      }),
      conclusion: t.exposeString('conclusion', {
        nullable: true,
        description: 'One sentence for a person; null while there is none.',
      }),
    }),
  });
}

function addArm(builder: Builder): void {
  builder.objectType('ArmStats', {
    description: 'What happened in one arm of an experiment.',
    fields: (t) => ({
      arm: t.exposeString('arm', { description: 'Names the arm.' }),
      requests: t.exposeFloat('requests', {
        description:
          'Requests that were assigned to it and asked a model; cached and joined answers say nothing of an arm.',
      }),
      errorRate: t.exposeFloat('errorRate', {
        nullable: true,
        description:
          'Share of them that a model failed, 0..1, those that another model saved included; null when there were none.',
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
        description:
          '95 % of them had their first text within this time, to a tenth; null when none had any.',
      }),
    }),
  });
}

function addGuardrail(builder: Builder): void {
  const guardrail = builder.enumType('Guardrail', {
    description: 'What must not become worse by more than is tolerated.',
    values: described<Guardrail>({
      ERROR_RATE: 'The share of requests that a model failed; worse is a difference of shares.',
      FIRST_TEXT_P95:
        'The time within which 95 % of the first texts came, in milliseconds; worse is a ratio less 1.',
      COST: 'The mean cost of a request in USD; worse is a ratio less 1.',
      RATING: 'The share of GOOD among ratings; worse is a difference of shares.',
    }),
  });
  builder.objectType('GuardrailStats', {
    description: 'How the arms of an experiment compare in one thing that is watched.',
    fields: (t) => ({
      name: t.expose('name', { type: guardrail, description: 'What is watched.' }),
      control: t.exposeFloat('control', {
        nullable: true,
        description: 'What the control has; null without any.',
      }),
      treatment: t.exposeFloat('treatment', {
        nullable: true,
        description: 'What the treatment has; null without any.',
      }),
      bound: t.exposeFloat('bound', {
        nullable: true,
        description:
          'The treatment is at least so much worse, however often one looks; below zero while it may be better. Null when nothing can be said yet.',
      }),
      tolerance: t.exposeFloat('tolerance', {
        description: 'How much worse it may be before it is rolled back.',
      }),
      harmed: t.exposeBoolean('harmed', {
        description: 'It is worse than is tolerated.',
      }),
    }),
  });
}
