import { z } from 'zod';
import { isNamespace, NAMESPACE_DEMAND } from '../../domain/names.ts';
import type { Arm, Experiment, Guardrails, RampStep } from './port.ts';

/** Half of all units: then the other half is the control. */
const LARGEST_SHARE = 0.5;

/**
 * What is watched of an experiment that does not say. Cost is not: most experiments try something cheaper, or dearer on
 * purpose, and each guardrail that is watched makes the others slower to tell.
 */
const DEFAULT_GUARDRAILS: Guardrails = {
  errorRate: 0.01,
  firstTextP95: 0.25,
  cost: null,
  rating: 0.03,
};

/** Messages complete "experiments[0].key …". */
const name = z.string({ error: NAMESPACE_DEMAND }).refine(isNamespace, { error: NAMESPACE_DEMAND });

const armFields = {
  name,
  rule: z.literal('ROUTER', { error: 'must be ROUTER' }).optional(),
  tier: z.enum(['SMALL', 'LARGE'], { error: 'must be SMALL or LARGE' }).optional(),
  model: text('must be the name of a model').optional(),
};

const arm = z
  .strictObject(armFields, { error: 'must be an object' })
  .refine(hasOneRule, { error: 'must have one of rule, tier and model', when: isObject })
  .transform(toArm);

const stepFields = {
  share: z
    .number({ error: 'must be a number' })
    .refine((share) => share > 0 && share <= LARGEST_SHARE, {
      error: `must be above 0, and at most ${LARGEST_SHARE}, as the control is given as much`,
    }),
  minSeconds: duration().optional(),
  minMinutes: duration().optional(),
  minRequests: z
    .number({ error: 'must be a whole number above 0' })
    .refine((value) => Number.isSafeInteger(value) && value > 0, {
      error: 'must be a whole number above 0',
    }),
};

const step = z
  .strictObject(stepFields, { error: 'must be an object' })
  .refine(hasOneDuration, { error: 'must have either minSeconds or minMinutes', when: isObject })
  .transform(toStep);

const schedule = z
  .array(step, { error: 'must be a list of steps' })
  .refine(rises, { error: 'must rise from step to step in its shares' });

const guardrailFields = {
  errorRate: tolerance(1, 'must be a difference of 0 to 1, or null').optional(),
  firstTextP95: tolerance(Number.MAX_VALUE, 'must be a number from 0, or null').optional(),
  cost: tolerance(Number.MAX_VALUE, 'must be a number from 0, or null').optional(),
  rating: tolerance(1, 'must be a difference of 0 to 1, or null').optional(),
};

const experimentFields = {
  key: name,
  control: arm,
  treatment: arm,
  schedule: schedule.optional(),
  guardrails: z.strictObject(guardrailFields, { error: 'must be an object' }).optional(),
};

/** What a file of experiments says of one of them. */
export const experimentEntry = z
  .strictObject(experimentFields, { error: 'must be an object' })
  .refine(({ control, treatment }) => control.name !== treatment.name, {
    error: 'must have another name than the control',
    path: ['treatment', 'name'],
  })
  .transform(toExperiment);

/** All names that may stand in it, wherever. */
export const ENTRY_NAMES = [experimentFields, armFields, stepFields, guardrailFields].flatMap(
  Object.keys,
);

type Fields<Shape extends z.ZodRawShape> = z.output<z.ZodObject<Shape>>;

function toExperiment(entry: Fields<typeof experimentFields>): Experiment {
  const { key, control, treatment, schedule: steps = [], guardrails } = entry;
  const { errorRate, firstTextP95, cost, rating } = { ...DEFAULT_GUARDRAILS, ...guardrails };
  return {
    ...{ key, control, treatment, schedule: steps },
    guardrails: {
      errorRate: errorRate ?? null,
      firstTextP95: firstTextP95 ?? null,
      cost: cost ?? null,
      rating: rating ?? null,
    },
  };
}

function toArm({ name: armName, tier, model }: Fields<typeof armFields>): Arm {
  if (tier !== undefined) return { name: armName, rule: { kind: 'tier', tier } };
  if (model !== undefined) return { name: armName, rule: { kind: 'model', model } };
  return { name: armName, rule: { kind: 'router' } };
}

function toStep(fields: Fields<typeof stepFields>): RampStep {
  const { share, minSeconds, minMinutes = 0, minRequests } = fields;
  return { share, minMs: (minSeconds ?? minMinutes * 60) * 1_000, minRequests };
}

function hasOneRule({ rule, tier, model }: Fields<typeof armFields>): boolean {
  return [rule, tier, model].filter((each) => each !== undefined).length === 1;
}

function hasOneDuration({ minSeconds, minMinutes }: Fields<typeof stepFields>): boolean {
  return (minSeconds === undefined) !== (minMinutes === undefined);
}

function rises(steps: readonly RampStep[]): boolean {
  return steps.every(({ share }, index) => share > (steps[index - 1]?.share ?? -1));
}

function duration() {
  const demand = 'must be a number above 0';
  return z
    .number({ error: demand })
    .refine((value) => value > 0 && Number.isFinite(value), { error: demand });
}

function tolerance(largest: number, demand: string) {
  return z
    .number({ error: demand })
    .refine((value) => value >= 0 && value <= largest, { error: demand })
    .nullable();
}

function text(demand: string) {
  return z.string({ error: demand }).refine((value) => value.trim() !== '', { error: demand });
}

/** Whether a check may look at a value, whatever else is wrong with it. */
function isObject({ value }: { value: unknown }): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
