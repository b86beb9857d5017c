import { readFileSync } from 'node:fs';
import type { z } from 'zod';

/**
 * The rows of a file of JSON lines, blank lines left out.
 *
 * @throws Error that lists what is wrong, with line numbers
 */
export function readJsonLines<Row>(path: string, schema: z.ZodType<Row>): readonly Row[] {
  const problems: string[] = [];
  const rows: Row[] = [];
  for (const [index, line] of readFileSync(path, 'utf8').split('\n').entries()) {
    if (line.trim() === '') continue;
    const row = schema.safeParse(parseJson(line));
    if (row.success) rows.push(row.data);
    else problems.push(`line ${index + 1}: ${row.error.issues.map(saying).join('; ')}`);
  }
  if (problems.length > 0) throw new Error(`${path}:\n${problems.slice(0, 20).join('\n')}`);
  return rows;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function saying({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? message : `${path.join('.')}: ${message}`;
}
