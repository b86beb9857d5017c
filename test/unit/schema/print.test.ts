import { readFile } from 'node:fs/promises';
import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createSchema } from '../../../src/schema/index.ts';
import { printSchemaText } from '../../../src/schema/print.ts';
import { schemaFile } from '../../../src/schema/print-file.ts';

describe('schema.graphql', () => {
  it('is what the code prints; run "npm run schema:print" when it is not', async () => {
    expect(printSchemaText(createSchema())).toBe(await readFile(schemaFile, 'utf8'));
  });

  it('prints the same a second time, from a schema that shares nothing with the first', () => {
    const [first, second] = [createSchema(), createSchema()];

    expect(printSchemaText(second)).toBe(printSchemaText(first));
    expect(second.getQueryType()).not.toBe(first.getQueryType());
  });

  it('is a valid schema that begins with what can be asked for', () => {
    const text = printSchemaText(createSchema());
    const names = [...text.matchAll(/^(?:type|enum|input|scalar|interface|union) (\w+)/gm)];

    expect(() => buildSchema(text)).not.toThrow();
    expect(names.slice(0, 3).map(([, name]) => name)).toEqual([
      'Query',
      'Mutation',
      'Subscription',
    ]);
  });
});
