import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Origins } from './origins.ts';

/** The HTTP status that refuses a request to become a WebSocket; null when it is good. */
export function upgradeRefusal(
  request: IncomingMessage,
  server: { path: string; origins: Origins; accepting: boolean },
): 403 | 404 | 503 | null {
  const url = URL.parse(request.url ?? '/', 'http://localhost');
  if (url?.pathname !== server.path) return 404;
  if (!server.accepting) return 503;
  // Browsers let any page open a socket to any host: nobody but the server looks at where it came from.
  const { origin = null, host = null } = request.headers;
  return server.origins.allow(origin, host) ? null : 403;
}

export function refuseUpgrade(socket: Duplex, status: number): void {
  // The client may be gone already, which is nobody's loss.
  socket.on('error', () => socket.destroy());
  // node:http leaves such a socket half open until its client closes it too, which may be never.
  socket.once('finish', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
  );
}
