import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { GraphQLSchema } from 'graphql';
import type { Config } from '../config/config.ts';
import type { Clock } from '../domain/clock.ts';
import { isLoopback } from '../domain/loopback.ts';
import type { Services } from '../schema/context.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Authentication } from '../tenancy/authentication.ts';
import { createAddressCaps } from './address-caps.ts';
import { behindKey } from './behind-key.ts';
import { createDocumentChoice } from './document-choice.ts';
import { createEngine } from './engine.ts';
import { createGraphiql, wantsGraphiql } from './graphiql.ts';
import { answerHealth, answerReady } from './health.ts';
import type { Connection } from './http.ts';
import { createMask } from './mask.ts';
import { answerPreflight, createOrigins, type Origins } from './origins.ts';
import type { RequestErrorCode } from './request-errors.ts';
import type { TrustedDocuments } from './trusted-documents.ts';
import { refuseUpgrade, upgradeRefusal } from './upgrade.ts';
import { createSocketServer } from './websocket.ts';
import { createGraphqlYoga, type Yoga } from './yoga.ts';

const GRAPHQL_PATH = '/graphql';

export type GraphqlServer = AsyncDisposable & {
  /** Answers one HTTP request. Never rejects. */
  fetch(request: Request, connection: Connection): Promise<Response>;
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
  /** Whether everyone may call, without a key. */
  open: boolean;
  /** Null: there are none. */
  trustedDocuments: TrustedDocuments | null;
  config: Config['server'];
  clock: Clock;
  logger: Logger;
}): GraphqlServer {
  const { services, config, logger } = options;
  const origins = createOrigins({
    listed: config.corsOrigins,
    thisMachineOnly: options.open && isLoopback(config.host),
  });
  const shared = {
    ...options,
    mask: createMask(logger),
    engine: createEngine({ suggestions: config.introspection }),
    chooseDocument: createDocumentChoice({
      documents: options.trustedDocuments,
      only: config.trustedDocuments.only,
    }),
  };
  const yoga = createGraphqlYoga({ ...shared, path: GRAPHQL_PATH });
  const sockets = createSocketServer({ ...shared, yoga });
  const graphiql = config.graphiql ? openGraphiql(options) : null;
  const { maxConnectionsPerAddress: maximum, trustedProxies } = config;
  const caps = createAddressCaps({ maximum, trustedProxies });
  let accepting = true;

  async function route(request: Request, connection: Connection): Promise<Response> {
    // Null when the target or the Host header is none that makes an address.
    const path = URL.parse(request.url)?.pathname;
    // Whoever watches over the process is to hear of it, whatever its clients do.
    if (path === '/health') return answerHealth(services.health);
    if (path === '/ready') return answerReady(accepting);

    const forwardedFor = request.headers.get('x-forwarded-for');
    const leave = caps.enter({ peer: connection.peer, forwardedFor });
    if (leave === null) return tooManyConnections(request, origins, maximum);
    connection.onAnswered(leave);
    return answer(path, request, connection);
  }

  async function answer(
    path: string | undefined,
    request: Request,
    connection: Connection,
  ): Promise<Response> {
    switch (path) {
      case GRAPHQL_PATH:
        if (graphiql !== null && wantsGraphiql(request)) return graphiql(request);
        return answerGraphql(request, connection, yoga, origins);
      case '/':
        if (graphiql === null) break;
        return new Response(null, { status: 302, headers: { Location: GRAPHQL_PATH } });
    }
    return new Response('Not found.', { status: 404 });
  }

  return {
    async fetch(request, connection) {
      try {
        return await route(request, connection);
      } catch (error) {
        logger.error({ error }, 'request failed');
        return new Response('Internal error.', { status: 500 });
      }
    },
    upgrade(request, socket, head) {
      const refusal = upgradeRefusal(request, { path: GRAPHQL_PATH, origins, accepting });
      if (refusal !== null) return refuseUpgrade(socket, refusal);
      const forwardedFor = request.headers['x-forwarded-for']?.toString() ?? null;
      const leave = caps.enter({ peer: request.socket.remoteAddress ?? null, forwardedFor });
      if (leave === null) return refuseUpgrade(socket, 429, RETRY_SOON);
      socket.once('close', leave);
      sockets.accept(request, socket, head);
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

/** In production the page asks for the key, and the browser then sends it with each of the page's requests. */
function openGraphiql(options: {
  authentication: Authentication;
  open: boolean;
  config: Config['server'];
}): (request: Request) => Promise<Response> {
  const { authentication, open, config } = options;
  const endpoint = GRAPHQL_PATH;
  if (open) return createGraphiql({ endpoint, credentials: 'NONE' });
  if (!config.production) return createGraphiql({ endpoint, credentials: 'TYPED' });
  return behindKey(authentication, createGraphiql({ endpoint, credentials: 'BROWSER' }));
}

/**
 * A form on a foreign page can POST without a preflight, and a browser sends the key of the GraphiQL page along, so
 * that CORS alone, which only keeps the answer from the page, would let it spend money. Hence the refusal before
 * anything runs.
 */
async function answerGraphql(
  request: Request,
  connection: Connection,
  yoga: Yoga,
  origins: Origins,
): Promise<Response> {
  const { headers } = request;
  const origin = headers.get('origin');
  const from = { origin, host: headers.get('host'), fetchSite: headers.get('sec-fetch-site') };
  if (!origins.allow(from)) return originRefused(origins, origin);
  if (request.method === 'OPTIONS') return answerPreflight(request, origins);
  const response = await yoga.handleRequest(request, { connection });
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
  return refused(403, 'FORBIDDEN_ORIGIN', message, origins.headersFor(origin));
}

function tooManyConnections({ headers }: Request, origins: Origins, maximum: number): Response {
  const message = `This address has ${maximum} requests and sockets under way: wait for one to end.`;
  const origin = origins.headersFor(headers.get('origin'));
  return refused(429, 'TOO_MANY_CONNECTIONS', message, { ...origin, ...RETRY_SOON });
}

const RETRY_SOON = { 'Retry-After': '1' };

/** The answer to a request that was not read. */
function refused(
  status: number,
  code: RequestErrorCode,
  message: string,
  headers: Readonly<Record<string, string>>,
): Response {
  return Response.json(
    { errors: [{ message, extensions: { code } }] },
    { status, headers: { ...headers, 'Cache-Control': 'no-store' } },
  );
}
