import type { DocumentNode, GraphQLError, GraphQLSchema } from 'graphql';
import { createYoga, type YogaServerInstance } from 'graphql-yoga';
import type { Config } from '../config/config.ts';
import type { Clock } from '../domain/clock.ts';
import type { Services } from '../schema/context.ts';
import type { Authentication } from '../tenancy/authentication.ts';
import { useAdmission } from './admission.ts';
import { useBodyLimit } from './body-limit.ts';
import { createPolicies } from './create-policies.ts';
import { createDocumentCache } from './document-cache.ts';
import type { ChooseDocument } from './document-choice.ts';
import { type Engine, useEngine } from './engine.ts';
import type { Connection } from './http.ts';
import type { Mask } from './mask.ts';
import { useRequestForm } from './request-form.ts';

/** Over HTTP, what carries a request goes along with it. */
export type Yoga = YogaServerInstance<{ connection?: Connection }, object>;

const DOCUMENT_CACHE_BYTES = 8 * 1024 * 1024;
const ERROR_CACHE_BYTES = 1024 * 1024;

/**
 * GraphQL over HTTP and server-sent events, by the GraphQL-over-HTTP specification. Its parser, validation
 * and context serve the sockets too; its hooks on execution do not, so that no plugin may rely on them.
 * What is not GraphQL is left to others: CORS, GraphiQL, pages.
 */
export function createGraphqlYoga(options: {
  schema: GraphQLSchema;
  services: Services;
  authentication: Authentication;
  clock: Clock;
  config: Config['server'];
  engine: Engine;
  chooseDocument: ChooseDocument;
  mask: Mask;
  path: string;
}): Yoga {
  const { schema, config, engine, mask, path } = options;
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
    extraParamNames: ['documentId'],
    parserAndValidationCache: {
      documentCache: createDocumentCache<DocumentNode>({ maxBytes: DOCUMENT_CACHE_BYTES }),
      errorCache: createDocumentCache<GraphQLError>({ maxBytes: ERROR_CACHE_BYTES }),
    },
    plugins: [
      useRequestForm(),
      useBodyLimit(config.maxBodyBytes),
      useEngine(engine),
      useAdmission({ ...options, policies: createPolicies(config) }),
    ],
  });
}
