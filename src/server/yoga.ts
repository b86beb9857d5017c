import {
  type DocumentNode,
  execute,
  type GraphQLError,
  type GraphQLSchema,
  parse,
  subscribe,
} from 'graphql';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import type { Config } from '../config/config.ts';
import type { Services } from '../schema/context.ts';
import type { Authentication } from '../tenancy/authentication.ts';
import { useAdmission } from './admission.ts';
import { useBodyLimit } from './body-limit.ts';
import { createPolicies } from './create-policies.ts';
import { createDocumentCache } from './document-cache.ts';
import type { Mask } from './mask.ts';

export type Yoga = YogaServerInstance<object, object>;

const DOCUMENT_CACHE_BYTES = 8 * 1024 * 1024;
const ERROR_CACHE_BYTES = 1024 * 1024;

/** Four times the introspection query of GraphiQL. A prompt within a document is one token. */
const MAX_TOKENS = 1_000;

/**
 * GraphQL over HTTP and server-sent events, by the GraphQL-over-HTTP specification. Its parser, validation
 * and context serve the sockets too; its hooks on execution do not, so that no plugin may rely on them.
 * What is not GraphQL is left to others: CORS, GraphiQL, pages.
 */
export function createGraphqlYoga(options: {
  schema: GraphQLSchema;
  services: Services;
  authentication: Authentication;
  config: Config['server'];
  mask: Mask;
  path: string;
}): Yoga {
  const { schema, services, authentication, config, mask, path } = options;
  return createYoga({
    schema,
    graphqlEndpoint: path,
    // yoga would log each error that the mask turned into another. The mask logs those that are faults.
    logging: false,
    maskedErrors: { maskError: mask },
    batching: false,
    multipart: false,
    cors: false,
    graphiql: false,
    landingPage: false,
    maxRequestBodySize: false,
    parserAndValidationCache: {
      documentCache: createDocumentCache<DocumentNode>({ maxBytes: DOCUMENT_CACHE_BYTES }),
      errorCache: createDocumentCache<GraphQLError>({ maxBytes: ERROR_CACHE_BYTES }),
    },
    plugins: [
      useBodyLimit(config.maxBodyBytes),
      useTokenLimit(MAX_TOKENS),
      useReferenceExecutor(),
      useAdmission({ schema, services, authentication, policies: createPolicies(config) }),
    ],
  });
}

function useTokenLimit(maxTokens: number): Plugin {
  return {
    onParse({ setParseFn }) {
      setParseFn((source, options) => parse(source, { ...options, maxTokens }));
    },
  };
}

/** One executor on every transport, and the lightest: yoga's own holds three kilobytes more for a stream. */
function useReferenceExecutor(): Plugin {
  return {
    onExecute({ setExecuteFn }) {
      setExecuteFn(execute);
    },
    onSubscribe({ setSubscribeFn }) {
      setSubscribeFn(subscribe);
    },
  };
}
