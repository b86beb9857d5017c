import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export type TcpProxy = AsyncDisposable & {
  readonly port: number;
  /** Connections that were let through so far. */
  readonly accepted: number;
  /** Connections that were kept out so far. */
  readonly refused: number;
  /** Ends every connection that there is, on both sides; the client is told by a FIN or by a RST. */
  cut(by?: 'FIN' | 'RST'): void;
  /** The next connections end by themselves, each when about so many bytes have gone to its client. */
  cutAfter(...bytes: readonly number[]): void;
  /** Keeps new connections out until `accept`. Those that there are go on. */
  refuse(): void;
  accept(): void;
};

/** A TCP proxy on a free port in front of `targetPort` on this machine. It accepts until it is told not to. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const pairs = new Set<{ readonly client: Socket; readonly target: Socket }>();
  const limits: number[] = [];
  let accepting = true;
  let accepted = 0;
  let refused = 0;

  const server = createServer({ noDelay: true }, (client) => {
    client.on('error', () => {});
    if (!accepting) {
      refused += 1;
      client.resetAndDestroy();
      return;
    }
    accepted += 1;
    forward(client);
  });

  function forward(client: Socket) {
    const target = connect({ port: targetPort, host: '127.0.0.1', noDelay: true });
    const pair = { client, target };
    pairs.add(pair);
    target.on('error', () => {});
    client.pipe(target);
    target.pipe(client);
    const limit = limits.shift();
    if (limit !== undefined) endAfter(target, limit);
    client.once('close', () => {
      pairs.delete(pair);
      target.destroy();
    });
    // What has come from the target still goes to the client.
    target.once('close', () => client.destroySoon());
  }

  function cut(by: 'FIN' | 'RST' = 'FIN') {
    for (const { client, target } of pairs) {
      if (by === 'RST') client.resetAndDestroy();
      else client.destroy();
      target.destroy();
    }
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get accepted() {
      return accepted;
    },
    get refused() {
      return refused;
    },
    cut,
    cutAfter: (...bytes) => void limits.push(...bytes),
    refuse() {
      accepting = false;
    },
    accept() {
      accepting = true;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      cut();
      await closed;
    },
  };
}

function endAfter(socket: Socket, bytes: number) {
  let left = bytes;
  socket.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left <= 0) socket.destroy();
  });
}
