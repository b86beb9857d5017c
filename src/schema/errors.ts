import { GraphQLError } from 'graphql';

/** What is wrong with one field of an input. `field` is its path, such as `input.cache.ttlSeconds`. */
export type Problem = { readonly field: string; readonly message: string };

/**
 * The caller's values break a rule that the type system cannot state. All problems stand in one message and
 * in `extensions.problems`; `extensions.field` is the first one's path. Values are never repeated.
 */
export function badUserInput(problems: readonly [Problem, ...Problem[]]): GraphQLError {
  const sentences = problems.map(({ field, message }) => `${field} ${message}`);
  return new GraphQLError(`The input is not valid: ${sentences.join('; ')}.`, {
    extensions: { code: 'BAD_USER_INPUT', field: problems[0].field, problems },
  });
}

/** The field carries `@operator`, and the caller is none. */
export function forbidden(fieldName: string): GraphQLError {
  return new GraphQLError(`The field "${fieldName}" needs an operator's key.`, {
    extensions: { code: 'FORBIDDEN' },
  });
}
