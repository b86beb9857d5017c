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
  const { origin = null, host = null, 'sec-fetch-site': fetchSite = null } = request.headers;
  return server.origins.allow({ origin, host, fetchSite }) ? null : 403;
}

/**
 * What a handshake says of who connects. No page in a browser can say anything there: Basic beside an origin is
 * what the browser was told for GraphiQL, and sends along for every page.
 */
export function handshakeAuthorization({ headers }: IncomingMessage): string | null {
  const { authorization = null, origin } = headers;
  const ambient = origin !== undefined && /^basic\b/i.test(authorization ?? '');
  return ambient ? null : authorization;
}

export function refuseUpgrade(
  socket: Duplex,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): void {
  // The client may be gone already, which is nobody's loss.
  socket.on('error', () => socket.destroy());
  // node:http leaves such a socket half open until its client closes it too, which may be never.
  socket.once('finish', () => socket.destroy());
  const lines = Object.entries({ Connection: 'close', 'Content-Length': '0', ...headers });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head}\r\n`);
}
