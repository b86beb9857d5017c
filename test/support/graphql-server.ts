import type { GraphQLSchema } from 'graphql';
import type { Config } from '../../src/config/config.ts';
import { systemClock } from '../../src/domain/clock.ts';
import type { Services } from '../../src/schema/context.ts';
import { createSchema } from '../../src/schema/index.ts';
import { createGraphqlServer, type GraphqlServer } from '../../src/server/graphql.ts';
import { type Listening, listen } from '../../src/server/http.ts';
import type { TrustedDocuments } from '../../src/server/trusted-documents.ts';
import type { Authentication, Credentials } from '../../src/tenancy/authentication.ts';
import type { Principal } from '../../src/tenancy/principal.ts';
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
    /** Who a caller is; null for nobody. */
    authenticate?: (credentials: Credentials) => Promise<Principal | null>;
    /** In place of `authenticate`. */
    authentication?: Authentication;
    /** Whether everyone may call; so it is unless `authenticate` or `authentication` tells callers apart. */
    open?: boolean;
    trustedDocuments?: TrustedDocuments;
    config?: Partial<Config['server']>;
  } = {},
): Promise<TestServer> {
  const { logger, logs } = recordLogs();
  const server = createGraphqlServer({
    schema: options.schema ?? createSchema(),
    services: { ...fakeServices(), ...options.services },
    authentication:
      options.authentication ?? authenticationBy(options.authenticate ?? (async () => caller)),
    open: options.open ?? (options.authenticate ?? options.authentication) === undefined,
    trustedDocuments: options.trustedDocuments ?? null,
    config: { ...serverConfig, ...options.config },
    clock: systemClock,
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
  maxConnectionsPerAddress: 1_000,
  trustedProxies: 0,
  trustedDocuments: { file: null, only: true },
  maxComplexity: 500,
  maxDepth: 10,
  drainMs: 1_000,
};

function authenticationBy(
  authenticate: (credentials: Credentials) => Promise<Principal | null>,
): Authentication {
  return {
    async authenticate(credentials) {
      const principal = await authenticate(credentials);
      return principal && { principal, expiresAt: null };
    },
    onChanged: () => () => {},
  };
}
