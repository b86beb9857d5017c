import { type DocumentNode, GraphQLError, type GraphQLSchema, validate } from 'graphql';

type Rules = Parameters<typeof validate>[2];

/** What graphql-js still says when it is to hide suggestions: how the field that was asked for is written out. */
const WRITTEN_OUT = / Did you mean "\w+ \{ \.\.\. \}"\?$/;

/**
 * Validates as graphql-js does, and says what is wrong without naming what would be right: who is not shown the
 * schema could otherwise find it out, guess by guess.
 */
export function validateWithoutSuggestions(
  schema: GraphQLSchema,
  document: DocumentNode,
  rules?: Rules,
): readonly GraphQLError[] {
  return validate(schema, document, rules, { hideSuggestions: true }).map((error) => {
    const message = error.message.replace(WRITTEN_OUT, '');
    return message === error.message
      ? error
      : new GraphQLError(message, { nodes: error.nodes ?? null });
  });
}
