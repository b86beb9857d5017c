import type { GraphQLSchema } from 'graphql';
import type { Config } from '../../src/config/config.ts';
import type { Services } from '../../src/schema/context.ts';
import { createSchema } from '../../src/schema/index.ts';
import { createGraphqlServer, type GraphqlServer } from '../../src/server/graphql.ts';
import { type Listening, listen } from '../../src/server/http.ts';
import type { Authenticate } from '../../src/tenancy/principal.ts';
import { caller, fakeServices } from './fake-services.ts';
import { type LogLine, recordLogs } from './recorded-logs.ts';

export type TestServer = AsyncDisposable & {
  readonly url: string;
  readonly wsUrl: string;
  /** The handler behind the network. */
  readonly server: GraphqlServer;
  readonly listening: Listening;
  readonly logs: readonly LogLine[];
};

/** The public schema on every transport, over services that answer from memory unless they are replaced. */
export async function startGraphqlServer(
  options: {
    schema?: GraphQLSchema;
    services?: Partial<Services>;
    authenticate?: Authenticate;
    config?: Partial<Config['server']>;
  } = {},
): Promise<TestServer> {
  const { logger, logs } = recordLogs();
  const server = createGraphqlServer({
    schema: options.schema ?? createSchema(),
    services: { ...fakeServices(), ...options.services },
    authenticate: options.authenticate ?? (async () => caller),
    config: { ...serverConfig, ...options.config },
    logger,
  });
  const listening = await listen(server, serverConfig);
  const url = `${listening.url}/graphql`;
  return {
    url,
    wsUrl: url.replace('http', 'ws'),
    server,
    listening,
    logs,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await listening[Symbol.asyncDispose]();
    },
  };
}

const serverConfig: Config['server'] = {
  host: '127.0.0.1',
  port: 0,
  production: false,
  graphiql: true,
  introspection: true,
  corsOrigins: [],
  maxBodyBytes: 64 * 1024,
  maxSocketMessageBytes: 16 * 1024,
  maxOperationsPerSocket: 5,
  maxComplexity: 500,
  maxDepth: 10,
  drainMs: 1_000,
};
