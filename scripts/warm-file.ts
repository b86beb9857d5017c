import { z } from 'zod';
import { isNamespace, NAMESPACE_DEMAND } from '../src/domain/names.ts';

/** An answer as `warmCache` takes it. */
export type WarmEntry = {
  readonly prompt: string;
  readonly answer: string;
  readonly system: string | null;
  readonly namespace: string | null;
  readonly model: string | null;
  readonly ttlSeconds: number | null;
};

/** An entry, and where it stands in the file: `line 3`, or `item 3` of an array. */
export type PlacedEntry = { readonly place: string; readonly entry: WarmEntry };

export type WarmFile = {
  readonly entries: readonly PlacedEntry[];
  /** One sentence each, with its place. */
  readonly problems: readonly string[];
  /** Fields that mean nothing here. */
  readonly unknownFields: readonly string[];
};

const filled = z
  .string({ error: 'must be a text' })
  .refine((text) => text.trim() !== '', { error: 'must not be blank' });

const record = z
  .object(
    {
      prompt: filled.nullish(),
      question: filled.nullish(),
      answer: filled,
      system: z.string({ error: 'must be a text' }).nullish(),
      namespace: z
        .string({ error: 'must be a text' })
        .refine(isNamespace, { error: NAMESPACE_DEMAND })
        .nullish(),
      model: filled.nullish(),
      ttlSeconds: z.int({ error: 'must be a whole number' }).min(1, 'must be at least 1').nullish(),
    },
    { error: 'must be an object' },
  )
  .refine(({ prompt, question }) => (prompt == null) !== (question == null), {
    error: 'must have either a prompt or a question, which mean the same',
    when: ({ value }) => typeof value === 'object' && value !== null,
  });

/**
 * Reads ready answers: a JSON object a line, or one array of them, `{prompt | question, answer, system?, namespace?,
 * model?, ttlSeconds?}`. Blank lines are passed over.
 *
 * @param namespace of the entries that name none; null: as the server has it
 */
export function parseWarmFile(text: string, namespace: string | null): WarmFile {
  const problems: string[] = [];
  const unknownFields = new Set<string>();
  const entries = valuesOf(text.replace(/^\uFEFF/, ''), problems).flatMap(({ place, value }) => {
    const parsed = record.safeParse(value);
    if (!parsed.success) {
      problems.push(...parsed.error.issues.map((issue) => `${place}: ${sentenceOf(issue)}`));
      return [];
    }
    for (const field of Object.keys(value as object)) {
      if (!(field in record.shape)) unknownFields.add(field);
    }
    return [{ place, entry: toEntry(parsed.data, namespace) }];
  });
  if (entries.length === 0 && problems.length === 0) problems.push('There is no answer in it.');
  return { entries, problems, unknownFields: [...unknownFields] };
}

type PlacedValue = { readonly place: string; readonly value: unknown };

function valuesOf(text: string, problems: string[]): readonly PlacedValue[] {
  return text.trimStart().startsWith('[') ? itemsOf(text, problems) : linesOf(text, problems);
}

function itemsOf(text: string, problems: string[]): readonly PlacedValue[] {
  try {
    const items = JSON.parse(text) as readonly unknown[];
    return items.map((value, index) => ({ place: `item ${index + 1}`, value }));
  } catch (error) {
    problems.push(`It begins as a JSON array, and is none: ${messageOf(error)}`);
    return [];
  }
}

function linesOf(text: string, problems: string[]): readonly PlacedValue[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const place = `line ${index + 1}`;
    try {
      return [{ place, value: JSON.parse(line) as unknown }];
    } catch (error) {
      problems.push(`${place}: is no JSON: ${messageOf(error)}`);
      return [];
    }
  });
}

function sentenceOf({ path, message }: { path: readonly PropertyKey[]; message: string }): string {
  return [...path, message].join(' ');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function toEntry(data: z.output<typeof record>, namespace: string | null): WarmEntry {
  return {
    prompt: data.prompt ?? data.question ?? '',
    answer: data.answer,
    system: data.system ?? null,
    namespace: data.namespace ?? namespace,
    model: data.model ?? null,
    ttlSeconds: data.ttlSeconds ?? null,
  };
}
