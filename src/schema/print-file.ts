import { readFile, writeFile } from 'node:fs/promises';
import { createSchema } from './index.ts';
import { printSchemaText } from './print.ts';

/** Where the printed schema is kept; a test compares it with the code. */
export const schemaFile = new URL('../../schema.graphql', import.meta.url);

if (import.meta.main) await main(process.argv.includes('--check'));

/** Writes the file, or with `--check` only tells whether it is what would be written. */
async function main(onlyCheck: boolean): Promise<void> {
  const printed = printSchemaText(createSchema());
  if (!onlyCheck) return writeFile(schemaFile, printed);
  if ((await readFile(schemaFile, 'utf8')) === printed) return;
  process.stderr.write('schema.graphql is not what the code prints: run npm run schema:print.\n');
  process.exitCode = 1;
}
