import { parse } from 'graphql';
import { expect, it } from 'vitest';
import { createSchema } from '../../../src/schema/index.ts';
import { validateWithoutSuggestions } from '../../../src/server/suggestions.ts';

const schema = createSchema();

it.each([
  ['{ healthy { status } }', 'Cannot query field "healthy" on type "Query".'],
  ['{ health }', 'Field "health" of type "Health!" must have a selection of subfields.'],
])('what is wrong with %s is told with its place, and without what would be right', (text, message) => {
  const document = parse(text);
  expect(validateWithoutSuggestions(schema, document)).toMatchObject([
    { message, locations: [{ line: 1, column: 3 }] },
  ]);
});

it('finds nothing wrong with a good document', () => {
  expect(validateWithoutSuggestions(schema, parse('{ health { status } }'))).toEqual([]);
});
