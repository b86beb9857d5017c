import { open } from 'node:fs/promises';
import { z } from 'zod';
import { linesOf, parseJson } from '../src/router/outcomes/outcome-files.ts';

/** How good two models' answers to one prompt were, 0..1; null: that model was not asked. */
export type JudgedPrompt = {
  readonly prompt: string;
  readonly small: number | null;
  readonly large: number | null;
  /** What kind of prompt it is; only for measuring the skill on kinds that were left out. */
  readonly domain: string | null;
};

export type TrainingLines = {
  readonly judged: readonly JudgedPrompt[];
  /** One sentence each, with its line. */
  readonly problems: readonly string[];
};

const quality = z
  .number({ error: 'must be a number from 0 to 1, or null' })
  .min(0, 'must be at least 0')
  .max(1, 'must be at most 1')
  .nullish();

const record = z
  .object(
    {
      source: z.string({ error: 'must be a text' }).nullish(),
      domain: z.string({ error: 'must be a text' }).nullish(),
      prompt: z.string({ error: 'must be a text' }).min(1, 'must not be empty'),
      small: quality,
      large: quality,
    },
    { error: 'must be an object' },
  )
  .refine(({ small, large }) => small != null || large != null, {
    error: 'must have a quality of the small or of the large model',
  });

/** Reads a JSON object a line, `{source?, domain?, prompt, small, large}`. Blank lines are passed over. */
export function parseTrainingLines(text: string): TrainingLines {
  const problems: string[] = [];
  const judged: JudgedPrompt[] = [];
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    if (line.trim() === '') continue;
    const place = `line ${index + 1}`;
    const value = parseJson(line);
    if (value === undefined) {
      problems.push(`${place}: is no JSON.`);
      continue;
    }
    const { data, error } = record.safeParse(value);
    if (data !== undefined) judged.push(toJudged(data));
    const issues = error?.issues ?? [];
    problems.push(
      ...issues.map(({ path, message }) => `${place}: ${[...path, message].join(' ')}.`),
    );
  }
  if (judged.length === 0 && problems.length === 0) problems.push('There is no outcome in it.');
  return { judged, problems };
}

/** Whether a file is the log of a gateway, by its first line. Rejects when it cannot be read. */
export async function isOutcomeLog(path: string): Promise<boolean> {
  await using file = await open(path);
  for await (const { text } of linesOf(file, 0)) {
    const { kind } = (parseJson(text) ?? {}) as Readonly<Record<string, unknown>>;
    return kind === 'outcomes' || kind === 'outcome' || kind === 'rating';
  }
  return false;
}

function toJudged({ source, domain, prompt, small, large }: z.output<typeof record>): JudgedPrompt {
  const kind = [source, domain].filter((part) => part != null && part !== '').join('/');
  return { prompt, small: small ?? null, large: large ?? null, domain: kind === '' ? null : kind };
}
