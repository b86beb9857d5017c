import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServerAdapter } from '@whatwg-node/server';

/** What the connection of a request tells, and the request itself does not. */
export type Connection = {
  /** The address of whoever opened it; null when it is gone already. */
  readonly peer: string | null;
  /** Calls `listener` once, when the answer has been sent or its client has gone. */
  onAnswered(listener: () => void): void;
};

/** What answers the requests. Neither may throw nor reject. */
export type HttpHandler = {
  /** Called as soon as the headers have come. */
  fetch(request: Request, connection: Connection): Promise<Response>;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
};

/** A listening server. Disposing it stops listening and waits for the answers under way. */
export type Listening = AsyncDisposable & {
  /** Where a process on this machine reaches it, without a slash at the end. */
  readonly url: string;
  /** From here on a connection is closed after the answer under way; idle ones are closed at once. */
  stopKeepAlive(): void;
};

/** How long a client may take to send its headers, and its whole request. Answers may take any time. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than the 60 s of common load balancers, which would else send a request into a closing connection. */
const KEEP_ALIVE_MS = 65_000;
/** How long answers under way may take to end once the server is disposed of. */
const CLOSE_MS = 2_000;
const SWEEP_MS = 20;

/** Listens on `host` and `port` (0: any free one). Rejects when that is not possible. */
export async function listen(
  handler: HttpHandler,
  address: { host: string; port: number },
): Promise<Listening> {
  // yoga's kind of Request and Response is made for node:http: it costs half of what the global ones do.
  const adapter = createServerAdapter<Exchange>((request, { req, res }) =>
    handler.fetch(request, connectionOf(req, res)),
  );
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      // Clients such as Java's offer an upgrade to HTTP/2 with each request, and are served without it.
      shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
    },
    (request, response) => {
      response.shouldKeepAlive &&= keepAlive;
      void adapter(request, response);
    },
  );
  let keepAlive = true;
  server.on('upgrade', (request, socket, head) => handler.upgrade(request, socket, head));
  await bind(server, address);

  return {
    url: urlOf(server.address() as AddressInfo),
    stopKeepAlive() {
      keepAlive = false;
      server.closeIdleConnections();
    },
    async [Symbol.asyncDispose]() {
      keepAlive = false;
      await close(server);
    },
  };
}

type Exchange = { readonly req: IncomingMessage; readonly res: ServerResponse };

function connectionOf({ socket }: IncomingMessage, response: ServerResponse): Connection {
  return {
    peer: socket.remoteAddress ?? null,
    onAnswered(listener) {
      if (response.closed) listener();
      else response.once('close', listener);
    },
  };
}

function bind(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // A connection that was answering when the server closed stays open, and idle, after its answer.
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
    const cut = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
    server.close(() => {
      clearInterval(sweep);
      clearTimeout(cut);
      resolve();
    });
  });
}

function urlOf({ address, family, port }: AddressInfo): string {
  if (address === '::' || address === '0.0.0.0') return `http://localhost:${port}`;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
