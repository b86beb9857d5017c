import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ConfigError } from '../../config/config-error.ts';
import { nearestName } from '../../config/nearest-name.ts';
import { ENTRY_NAMES, experimentEntry } from './experiments-file-entries.ts';
import type { Experiment } from './port.ts';

const file = z.strictObject(
  { experiments: z.array(z.unknown(), { error: 'must be a list of experiments' }) },
  { error: 'must be an object with a list of experiments' },
);

/** An experiment of the file, and where it stands there. */
type Placed = { readonly experiment: Experiment; readonly place: string };

/**
 * The experiments that a JSON file sets up, in its order. docs/routing.md describes it.
 *
 * @param served models that an arm may name
 * @throws ConfigError that lists all that is wrong with the file, by its place there
 */
export async function readExperimentsFile(
  path: string,
  served: readonly string[],
): Promise<readonly Experiment[]> {
  const problems: string[] = [];
  const content = file.safeParse(parseJson(await readText(path)));
  problems.push(...problemsOf(content, '', ['experiments']));
  const placed = parseEach(content.data?.experiments ?? [], problems);
  problems.push(...sameKeys(placed), ...unserved(placed, served));
  if (problems.length > 0) throw asError(problems);
  return placed.map(({ experiment }) => experiment);
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw asError([`It cannot be read: ${(error as Error).message}.`]);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw asError([`It is not JSON: ${(error as Error).message}.`]);
  }
}

function parseEach(items: readonly unknown[], problems: string[]): Placed[] {
  return items.flatMap((item, index) => {
    const place = `experiments[${index}]`;
    const parsed = experimentEntry.safeParse(item);
    problems.push(...problemsOf(parsed, place, ENTRY_NAMES));
    return parsed.success ? [{ experiment: parsed.data, place }] : [];
  });
}

function problemsOf(
  { error }: { error?: z.ZodError | undefined },
  place: string,
  names: readonly string[],
): string[] {
  return (error?.issues ?? []).flatMap((issue) => {
    const where = issue.path.reduce<string>(placeWithin, place);
    if (issue.code !== 'unrecognized_keys') return [`${where || 'It'} ${issue.message}.`];
    return issue.keys.map(
      (name) => `${placeWithin(where, name)} is not known${suggested(name, names)}`,
    );
  });
}

function placeWithin(place: string, step: PropertyKey): string {
  if (typeof step === 'number') return `${place}[${step}]`;
  return place === '' ? String(step) : `${place}.${String(step)}`;
}

function suggested(name: string, names: readonly string[]): string {
  const near = nearestName(name, names);
  return near === null ? '.' : `; did you mean ${near}?`;
}

function sameKeys(placed: readonly Placed[]): string[] {
  return placed.flatMap(({ experiment: { key }, place }) => {
    const first = placed.find(({ experiment }) => experiment.key === key);
    const isFirst = first === undefined || first.place === place;
    return isFirst ? [] : [`${place}.key is the key of ${first.place} too.`];
  });
}

function unserved(placed: readonly Placed[], served: readonly string[]): string[] {
  return placed.flatMap(({ experiment, place }) =>
    (['control', 'treatment'] as const).flatMap((side) => {
      const { rule } = experiment[side];
      if (rule.kind !== 'model' || served.includes(rule.model)) return [];
      return [`${place}.${side}.model is not served. Served are: ${served.join(', ')}.`];
    }),
  );
}

function asError(problems: readonly string[]): ConfigError {
  return new ConfigError(problems.map((problem) => `EXPERIMENTS_FILE: ${problem}`));
}
