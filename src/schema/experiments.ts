import type {
  ChangedExperiment,
  ExperimentChange,
  StandingExperiment,
} from '../router/experiments/port.ts';
import type { Builder } from './builder.ts';
import { described } from './described.ts';
import { badUserInput } from './errors.ts';
import { operatorOnly } from './operator.ts';
import { toExperimentStats } from './to-experiment-stats.ts';

type ExperimentAction = 'START' | 'SET_SHARE' | 'CONCLUDE' | 'STOP';

/** Adds `changeExperiment`. */
export function addExperiments(builder: Builder): void {
  const input = addChangeExperimentInput(builder);
  builder.mutationField('changeExperiment', (t) =>
    t.field({
      type: 'ExperimentStats',
      nullable: true,
      description:
        'Start, ramp, conclude or stop an experiment that is set up, on all instances without a restart.',
      extensions: operatorOnly,
      args: { input: t.arg({ type: input, required: true, description: 'What to do.' }) },
      resolve: async (_root, { input: wish }, { services, principal }) => {
        const { experiments } = services;
        const { judgements } = services.routing();
        const found = experiments.current().find(({ key }) => key === wish.key);
        if (found === undefined) throw refusal('key', 'names no experiment that is set up');
        const change = toChange(wish, found);
        const { experiment } = made(await experiments.change(wish.key, change), change, wish);
        const { arms } = await services.statistics.read('ALL_TENANTS', 'ALL');
        return toExperimentStats(experiment, arms, judgements.get(wish.key) ?? null, principal);
      },
    }),
  );
}

type ChangeInput = ReturnType<typeof addChangeExperimentInput>['$inferInput'];

function addChangeExperimentInput(builder: Builder) {
  const action = builder.enumType('ExperimentAction', {
    description: 'What can be done to an experiment.',
    values: described<ExperimentAction>({
      START:
        'Begin a new run: at `share`, where it stays, or without one at the first step of its schedule.',
      SET_SHARE: 'Go on with the run at another share, which stays.',
      CONCLUDE: 'End the run, and let the arm `adopt` serve everybody.',
      STOP: 'End the run, or take back what was concluded: nobody is assigned.',
    }),
  });
  return builder.inputType('ChangeExperimentInput', {
    description: 'What to do to which experiment.',
    fields: (t) => ({
      key: t.string({ required: true, description: 'Names the experiment.' }),
      action: t.field({ type: action, required: true, description: 'What to do.' }),
      share: t.float({
        description:
          'Share of all users that is to be in the treatment, above 0, at most 0.5; as many are in the control. For START and SET_SHARE.',
      }),
      adopt: t.string({ description: 'The arm that is to serve everybody. For CONCLUDE.' }),
      conclusion: t.string({
        description: 'Why, in a sentence for a person. For CONCLUDE.',
      }),
    }),
  });
}

function toChange(input: ChangeInput, experiment: StandingExperiment): ExperimentChange {
  const { action, share = null, adopt = null, conclusion = null } = input;
  if (action !== 'CONCLUDE') {
    refuse('adopt', adopt !== null, 'belongs to CONCLUDE alone');
    refuse('conclusion', conclusion !== null, 'belongs to CONCLUDE alone');
  }
  switch (action) {
    case 'START':
      if (share !== null) return { kind: 'start', share: checkedShare(share) };
      refuse('share', experiment.schedule.length === 0, 'is needed, as there is no schedule');
      return { kind: 'start', share: null };
    case 'SET_SHARE':
      if (share === null) throw refusal('share', 'is needed');
      return { kind: 'share', share: checkedShare(share) };
    case 'CONCLUDE': {
      refuse('share', share !== null, 'belongs to START and SET_SHARE alone');
      const { control, treatment } = experiment;
      const arm = [control, treatment].find(({ name }) => name === adopt);
      if (arm === undefined) throw refusal('adopt', 'must be the name of one of the two arms');
      return { kind: 'conclude', adopted: arm.name, conclusion: conclusion?.trim() || null };
    }
    case 'STOP':
      refuse('share', share !== null, 'belongs to START and SET_SHARE alone');
      return { kind: 'stop' };
  }
}

function checkedShare(share: number): number {
  refuse('share', !(share > 0 && share <= 0.5), 'must be above 0, and at most 0.5');
  return share;
}

/** What a change came to. One that stands already is as good as one that was made: it may have been sent again. */
function made(
  changed: ChangedExperiment | null,
  change: ExperimentChange,
  { action }: ChangeInput,
): ChangedExperiment {
  if (changed === null) throw refusal('key', 'names no experiment that is set up');
  if (changed.happened || stands(changed.experiment, change)) return changed;
  const { state } = changed.experiment.standing;
  throw refusal('action', `${action} does not fit an experiment that is ${state}`);
}

function stands({ standing }: StandingExperiment, change: ExperimentChange): boolean {
  switch (change.kind) {
    case 'share':
      return standing.state === 'COLLECTING' && standing.share === change.share;
    case 'conclude':
      return standing.state === 'CONCLUDED' && standing.adopted === change.adopted;
    default:
      return change.kind === 'stop';
  }
}

function refuse(field: string, isWrong: boolean, message: string): void {
  if (isWrong) throw refusal(field, message);
}

function refusal(field: string, message: string) {
  return badUserInput([{ field: `input.${field}`, message }]);
}
