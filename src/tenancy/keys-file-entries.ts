import { z } from 'zod';
import { isName, isNamespace, NAME_DEMAND, NAMESPACE_DEMAND } from '../domain/names.ts';

/** A message completes "keys[3].tenant …". */
const name = text(NAME_DEMAND, isName);
const figure = number('must be a whole number above 0', (value) => Number.isSafeInteger(value));
const amount = number('must be a number of USD above 0', (value) => Number.isFinite(value));

/** What may stand in an HTTP header, and between the parts of one. */
const key = text('must be visible ASCII characters without a space', (value) =>
  /^[\x21-\x7e]+$/.test(value),
);
const keyHash = text(
  'must be the SHA-256 of a key in 64 hexadecimal digits, with or without sha256: before them',
  (value) => /^(sha256:)?[\da-f]{64}$/i.test(value),
).transform((value) => value.replace(/^sha256:/i, '').toLowerCase());

const termFields = {
  requestsPerMinute: figure.optional(),
  tokensPerMinute: figure.optional(),
  maxConcurrent: figure.optional(),
  budgetUsd: amount.optional(),
  window: oneOf(['HOUR', 'DAY', 'MONTH', 'TOTAL'], 'must be hour, day, month or total').optional(),
  maxTier: oneOf(['SMALL', 'LARGE'], 'must be small or large').optional(),
  models: listOf(text('must be the name of a model', (value) => value.trim() !== '')).optional(),
  namespaces: listOf(text(NAMESPACE_DEMAND, isNamespace)).optional(),
};

const terms = z.object(termFields);

/** The part of an entry that says what may be asked for, and how much of it. */
export type TermFields = z.output<typeof terms>;

/** What a file of keys says of one key. */
export const keyEntry = z
  .strictObject(
    {
      tenant: name,
      key: key.optional(),
      keyHash: keyHash.optional(),
      user: name.optional(),
      operator: z.boolean({ error: 'must be true or false' }).optional(),
      ...termFields,
    },
    { error: 'must be an object' },
  )
  .refine((entry) => (entry.key === undefined) !== (entry.keyHash === undefined), {
    error: 'must have either key or keyHash',
    when: isObject,
  })
  .refine(...windowOfBudget());

/** What it says of all that a tenant does. */
export const tenantEntry = z
  .strictObject({ tenant: name, ...termFields }, { error: 'must be an object' })
  .refine(...windowOfBudget());

export type KeyEntry = z.output<typeof keyEntry>;
export type TenantEntry = z.output<typeof tenantEntry>;

function text(demand: string, accepts: (value: string) => boolean) {
  return z.string({ error: demand }).refine(accepts, { error: demand });
}

function number(demand: string, accepts: (value: number) => boolean) {
  return z
    .number({ error: demand })
    .refine((value) => value > 0 && accepts(value), { error: demand });
}

/** In any case. */
function oneOf<const Value extends string>(values: readonly Value[], demand: string) {
  return z
    .string({ error: demand })
    .toUpperCase()
    .pipe(z.enum(values, { error: demand }));
}

function listOf(item: z.ZodType<string, string>) {
  const demand = 'must be a list with something in it';
  return z.tuple([item], item, { error: demand });
}

function windowOfBudget(): [check: (entry: TermFields) => boolean, params: object] {
  return [
    ({ window, budgetUsd }) => window === undefined || budgetUsd !== undefined,
    { error: 'needs budgetUsd beside it', path: ['window'], when: isObject },
  ];
}

/** Whether a check may look at an entry, whatever else is wrong with it. */
function isObject({ value }: { value: unknown }): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
