import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { CloseCode, handleProtocols, makeServer } from 'graphql-ws';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import type { Config } from '../config/config.ts';
import type { Clock } from '../domain/clock.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Authentication } from '../tenancy/authentication.ts';
import type { ChooseDocument } from './document-choice.ts';
import type { Engine } from './engine.ts';
import type { Mask } from './mask.ts';
import { socketOperations } from './socket-operations.ts';
import { createSocketSession } from './socket-session.ts';
import { handshakeAuthorization } from './upgrade.ts';
import type { Yoga } from './yoga.ts';

/** GraphQL over WebSocket by the protocol `graphql-transport-ws`. */
export type SocketServer = {
  /** Takes over a connection whose request to upgrade was found good. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /**
   * Ends every socket with 1012, which clients take as a call to connect again. Their operations are
   * aborted. Resolves when the sockets are gone; those that do not answer the close are cut.
   */
  close(): Promise<void>;
};

/** A socket that leaves a ping unanswered until the next one is taken for lost. */
const PING_INTERVAL_MS = 12_000;
const CLOSE_SERVICE_RESTART = 1012;
/** RFC 6455, section 5.5. */
const MAX_REASON_BYTES = 123;
const MOST_BYTES_A_CHARACTER = 3;
/** More than the operations of a slow client have waiting for it. */
const MAX_UNREAD_BYTES = 64 * 1024 * 1024;
/** How long a client may take to answer a close, before it is cut. */
const CLOSE_ANSWER_MS = 5_000;
/** The same when the server stops. */
const STOP_ANSWER_MS = 1_000;

export function createSocketServer(options: {
  yoga: Yoga;
  engine: Engine;
  chooseDocument: ChooseDocument;
  authentication: Authentication;
  config: Config['server'];
  clock: Clock;
  mask: Mask;
  logger: Logger;
}): SocketServer {
  const { authentication, config, clock, logger } = options;
  // The types of ws do not know all of its options.
  const socketOptions: ServerOptions & { readonly closeTimeout: number } = {
    noServer: true,
    maxPayload: config.maxSocketMessageBytes,
    closeTimeout: CLOSE_ANSWER_MS,
    handleProtocols,
  };
  const sockets = new WebSocketServer(socketOptions);
  const protocol = makeServer(
    socketOperations({ ...options, maxOperations: config.maxOperationsPerSocket }),
  );

  function serve(socket: WebSocket, request: IncomingMessage) {
    keepAlive(socket);
    const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    const session = createSocketSession(authentication, clock, (code, reason) =>
      socket.close(code, reason),
    );
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        // graphql-ws waits for each message, so that a slow client slows its own operations.
        send: (message) => send(socket, gone, message),
        close: (code, reason) => socket.close(code, fitting(reason)),
        onMessage: (handle) => socket.on('message', (data) => void receive(String(data), handle)),
      },
      { authorization: handshakeAuthorization(request), session },
    );
    // What ws finds wrong with a frame it answers itself, by the close that follows.
    socket.on('error', (error) => logger.debug({ error }, 'socket failed'));
    socket.once('close', (code, reason) => {
      session.end();
      closed(code, String(reason)).catch((error: unknown) => {
        logger.error({ error }, 'socket not closed cleanly');
      });
    });

    async function receive(message: string, handle: (message: string) => Promise<void>) {
      // Nothing is done any more for a client that goes on after its socket was closed.
      if (socket.readyState !== socket.OPEN) return;
      // Each message has its answer: who sends and never reads would fill the memory with them.
      if (socket.bufferedAmount > MAX_UNREAD_BYTES) return socket.terminate();
      try {
        await handle(message);
      } catch (error) {
        if (isOutOfPlace(error)) {
          return socket.close(CloseCode.BadRequest, 'Invalid message received');
        }
        logger.error({ error }, 'socket message failed');
        socket.close(CloseCode.InternalServerError, 'Internal server error');
      }
    }
  }

  return {
    accept(request, socket, head) {
      sockets.handleUpgrade(request, socket, head, serve);
    },
    async close() {
      await Promise.all([...sockets.clients].map(endSocket));
    },
  };
}

/** As it fits into a close frame: graphql-ws repeats in a reason what its client sent. */
function fitting(reason = ''): string {
  if (Buffer.byteLength(reason) <= MAX_REASON_BYTES) return reason;
  return reason.slice(0, MAX_REASON_BYTES / MOST_BYTES_A_CHARACTER);
}

/** The message is one that only a server sends: graphql-ws throws where it closes the socket for any other fault. */
function isOutOfPlace(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('Unexpected message of type ');
}

/**
 * Resolves when the message was handed to the system, or else when the socket is gone: a source that is
 * always ready would otherwise leave the process no time to hear of the close.
 */
function send(socket: WebSocket, gone: Promise<void>, message: string): Promise<void> {
  if (socket.readyState !== socket.OPEN) return gone;
  return new Promise((resolve) => {
    socket.send(message, (error) => (error == null ? resolve() : gone.then(resolve)));
  });
}

function keepAlive(socket: WebSocket) {
  let answered = true;
  socket.on('pong', () => {
    answered = true;
  });
  const timer = setInterval(() => {
    if (!answered) return socket.terminate();
    answered = false;
    socket.ping();
  }, PING_INTERVAL_MS);
  socket.once('close', () => clearInterval(timer));
}

function endSocket(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => socket.terminate(), STOP_ANSWER_MS);
    socket.once('close', () => {
      clearTimeout(cut);
      resolve();
    });
    socket.close(CLOSE_SERVICE_RESTART, 'Service restart');
  });
}
