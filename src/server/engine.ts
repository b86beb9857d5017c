import {
  type DocumentNode,
  type ExecutionArgs,
  execute,
  type GraphQLSchema,
  type ParseOptions,
  parse,
  type Source,
  subscribe,
  validate,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { validateWithoutSuggestions } from './suggestions.ts';

/** graphql-js as every transport runs it. */
export type Engine = {
  /** Throws GraphQLError for a syntax error, and for more tokens than a client may send. */
  readonly parse: typeof parse;
  readonly validate: typeof validateWithoutSuggestions;
  readonly execute: typeof execute;
  readonly subscribe: typeof subscribe;
};

/**
 * Ten times the introspection query of GraphiQL; a prompt within a document is one token. Room for a hundred times
 * `generate`, which is then refused for what it costs, and not for its length.
 */
const MAX_TOKENS = 2_500;

/** @param options.suggestions whether errors may name what the schema has that is like what was asked for */
export function createEngine({ suggestions }: { suggestions: boolean }): Engine {
  const hideSuggestions = !suggestions;
  return {
    parse: (source: string | Source, options?: ParseOptions): DocumentNode =>
      parse(source, { ...options, maxTokens: MAX_TOKENS }),
    validate: suggestions
      ? (schema: GraphQLSchema, document, rules) => validate(schema, document, rules)
      : validateWithoutSuggestions,
    execute: (args: ExecutionArgs) => execute({ ...args, hideSuggestions }),
    subscribe: (args: ExecutionArgs) => subscribe({ ...args, hideSuggestions }),
  };
}

/** For yoga, whose own executor holds three kilobytes more for each stream. */
export function useEngine(engine: Engine): Plugin {
  return {
    onParse: ({ setParseFn }) => setParseFn(engine.parse),
    onValidate: ({ setValidationFn }) => setValidationFn(engine.validate),
    onExecute: ({ setExecuteFn }) => setExecuteFn(engine.execute),
    onSubscribe: ({ setSubscribeFn }) => setSubscribeFn(engine.subscribe),
  };
}
