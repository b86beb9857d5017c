import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { GraphQLSchema } from 'graphql';
import type { Config } from '../config/config.ts';
import type { Clock } from '../domain/clock.ts';
import type { Services } from '../schema/context.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Authentication } from '../tenancy/authentication.ts';
import { createGraphiql, wantsGraphiql } from './graphiql.ts';
import { answerHealth, answerReady } from './health.ts';
import { createMask } from './mask.ts';
import { answerPreflight, createOrigins, type Origins } from './origins.ts';
import { refuseUpgrade, upgradeRefusal } from './upgrade.ts';
import { createSocketServer } from './websocket.ts';
import { createGraphqlYoga, type Yoga } from './yoga.ts';

const GRAPHQL_PATH = '/graphql';

export type GraphqlServer = AsyncDisposable & {
  /** Answers one HTTP request. Never rejects. */
  fetch(request: Request): Promise<Response>;
  /** Answers one request to upgrade a connection, by taking it over or by refusing it. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** From here on /ready answers 503 and new sockets are refused. What runs goes on. */
  stopAccepting(): void;
  /** Ends every socket with 1012, which clients take as a call to connect again, here or elsewhere. */
  closeSockets(): Promise<void>;
};

/**
 * The gateway on the network: GraphQL over HTTP, server-sent events and WebSocket at /graphql, GraphiQL at
 * the same address for browsers, /health and /ready. Everything that an operation may do goes through
 * `schema`; everyone who may do it is told apart by `authentication`.
 */
export function createGraphqlServer(options: {
  schema: GraphQLSchema;
  services: Services;
  authentication: Authentication;
  config: Config['server'];
  clock: Clock;
  logger: Logger;
}): GraphqlServer {
  const { services, config, logger } = options;
  const mask = createMask(logger);
  const origins = createOrigins({ listed: config.corsOrigins, boundTo: config.host });
  const yoga = createGraphqlYoga({ ...options, mask, path: GRAPHQL_PATH });
  const sockets = createSocketServer({ ...options, yoga, mask });
  const graphiql = config.graphiql ? createGraphiql({ endpoint: GRAPHQL_PATH }) : null;
  let accepting = true;

  async function route(request: Request): Promise<Response> {
    // Null when the target or the Host header is none that makes an address.
    switch (URL.parse(request.url)?.pathname) {
      case GRAPHQL_PATH:
        if (graphiql !== null && wantsGraphiql(request)) return graphiql(request);
        return answerGraphql(request, yoga, origins);
      case '/health':
        return answerHealth(services.health);
      case '/ready':
        return answerReady(accepting);
      case '/':
        if (graphiql === null) break;
        return new Response(null, { status: 302, headers: { Location: GRAPHQL_PATH } });
    }
    return new Response('Not found.', { status: 404 });
  }

  return {
    async fetch(request) {
      try {
        return await route(request);
      } catch (error) {
        logger.error({ error }, 'request failed');
        return new Response('Internal error.', { status: 500 });
      }
    },
    upgrade(request, socket, head) {
      const refusal = upgradeRefusal(request, { path: GRAPHQL_PATH, origins, accepting });
      if (refusal === null) sockets.accept(request, socket, head);
      else refuseUpgrade(socket, refusal);
    },
    stopAccepting() {
      accepting = false;
    },
    closeSockets: () => sockets.close(),
    async [Symbol.asyncDispose]() {
      accepting = false;
      await sockets.close();
      await yoga.dispose();
    },
  };
}

/**
 * A form on a foreign page can POST without a preflight, so that CORS alone, which only keeps the answer
 * from the page, would let it spend money. Hence the refusal before anything runs.
 */
async function answerGraphql(request: Request, yoga: Yoga, origins: Origins): Promise<Response> {
  const origin = request.headers.get('origin');
  if (!origins.allow(origin, request.headers.get('host'))) return originRefused(origins, origin);
  if (request.method === 'OPTIONS') return answerPreflight(request, origins);
  const response = await yoga.handleRequest(request, {});
  // Answers belong to their caller, and prompts stand in them.
  response.headers.set('Cache-Control', 'no-store');
  // nginx holds a stream back until a buffer is full unless it is told not to.
  response.headers.set('X-Accel-Buffering', 'no');
  for (const [name, value] of Object.entries(origins.headersFor(origin))) {
    response.headers.set(name, value);
  }
  return response;
}

function originRefused(origins: Origins, origin: string | null): Response {
  const message =
    'Pages of this origin may not call this server; its operator can list the origin in CORS_ORIGINS.';
  return Response.json(
    { errors: [{ message, extensions: { code: 'FORBIDDEN_ORIGIN' } }] },
    { status: 403, headers: { ...origins.headersFor(origin), 'Cache-Control': 'no-store' } },
  );
}
