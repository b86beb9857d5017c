import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ConfigError } from '../../config/config-error.ts';
import type { Synonyms } from './guards/guard.ts';

const fileSchema = z.record(z.string(), z.array(z.array(z.string().trim().min(1)).min(2)));

/**
 * The words that mean the same, by namespace, from a JSON file such as `{"poultry":[["broiler","meat chicken"]]}`. The
 * first word of a list stands for all of it.
 *
 * @throws ConfigError that lists all that is wrong with the file
 */
export async function readSynonymsFile(path: string): Promise<ReadonlyMap<string, Synonyms>> {
  try {
    const lists = fileSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    return new Map(Object.entries(lists).map(([namespace, words]) => [namespace, asMap(words)]));
  } catch (error) {
    throw new ConfigError(problemsOf(error).map((problem) => `CACHE_SYNONYMS_FILE ${problem}`));
  }
}

function problemsOf(error: unknown): readonly string[] {
  if (error instanceof z.ZodError) {
    return error.issues.map(({ path, message }) => `at ${path.join('.')}: ${message}`);
  }
  return [error instanceof SyntaxError ? 'is no JSON.' : `cannot be read: ${error}`];
}

function asMap(lists: readonly (readonly string[])[]): Synonyms {
  return new Map(
    lists.flatMap(([first = '', ...others]) =>
      [first, ...others].map((word) => [word.toLowerCase(), first.toLowerCase()] as const),
    ),
  );
}
