import { z } from 'zod';
import { ABILITIES } from '../router/candidates.ts';
import type { Parser } from './parsers.ts';

const tokens = z.int().min(1);
const price = z.number().min(0);

/** What an operator says of one model; what is left out is as shipped, else not known. */
const describedModel = z
  .strictObject({
    tier: z.enum(['SMALL', 'LARGE']).optional(),
    contextTokens: tokens.optional(),
    maxOutputTokens: tokens.optional(),
    abilities: z.array(z.enum(ABILITIES)).optional(),
    /** USD per million tokens, as in MODEL_PRICES. */
    input: price.optional(),
    output: price.optional(),
  })
  .refine(({ input, output }) => (input === undefined) === (output === undefined), {
    error: 'has a price of "input" or of "output" only',
  });

const describedModels = z.record(z.string().min(1), describedModel);

export type DescribedModel = z.output<typeof describedModel>;

/** Models by name, in the order in which they were written. The error names the first model that is not understood. */
export const models: Parser<Readonly<Record<string, DescribedModel>>> = z
  .string()
  .transform((value, context) => {
    const parsed = describedModels.safeParse(parsedJson(value));
    if (parsed.success) return parsed.data;
    context.addIssue(problemOf(parsed.error));
    return z.NEVER;
  });

const EXAMPLE =
  '{"model":{"tier":"SMALL","contextTokens":8192,"abilities":["SYSTEM","JSON"],"input":0.1,"output":0.4}}';

function problemOf(error: z.ZodError): string {
  const [issue] = error.issues;
  const [model, field] = issue?.path ?? [];
  if (issue === undefined || model === undefined) return `must be JSON like ${EXAMPLE}`;
  const where = field === undefined ? '' : ` in "${String(field)}"`;
  return `must be JSON like ${EXAMPLE}: what it says of "${String(model)}"${where} is wrong (${issue.message})`;
}

/** Undefined when it is no JSON, which no record is. */
function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
