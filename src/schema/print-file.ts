import { writeFile } from 'node:fs/promises';
import { createSchema } from './index.ts';
import { printSchemaText } from './print.ts';

/** Where the printed schema is kept; a test compares it with the code. */
export const schemaFile = new URL('../../schema.graphql', import.meta.url);

if (import.meta.main) await writeFile(schemaFile, printSchemaText(createSchema()));
