import { once } from 'node:events';
import { WebSocket } from 'ws';

/** A WebSocket that speaks whatever it is told, right or wrong. */
export type RawSocket = Disposable & {
  send(message: object | string): void;
  /** A text frame of these bytes, which may be none that make a text. */
  sendText(bytes: Buffer): void;
  /** The next message that was not taken yet. Rejects when the socket closes first. */
  next(): Promise<{ type: string; id?: string; payload?: unknown }>;
  /** Resolves with the close code. */
  readonly closed: Promise<number>;
  /** Stops reading from the network until `resume`. */
  pause(): void;
  resume(): void;
  terminate(): void;
};

type SocketOptions = {
  readonly headers?: Record<string, string>;
  /** False: it stays silent when the server asks, by a ping frame, whether it is there. */
  readonly answersPings?: boolean;
};

export async function openSocket(
  url: string,
  options: SocketOptions & { protocol?: string | null } = {},
): Promise<RawSocket> {
  const { protocol = 'graphql-transport-ws', headers = {}, answersPings = true } = options;
  const socket = new WebSocket(url, protocol === null ? [] : [protocol], {
    headers,
    autoPong: answersPings,
  });
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  const received: string[] = [];
  const readers: ((message: string) => void)[] = [];
  socket.on('message', (data) => {
    const reader = readers.shift();
    if (reader === undefined) received.push(String(data));
    else reader(String(data));
  });
  await once(socket, 'open');

  return {
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    sendText: (bytes) => socket.send(bytes, { binary: false }),
    async next() {
      const message = received.shift() ?? (await Promise.race([arriving(), lost()]));
      return JSON.parse(message);
    },
    closed,
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    terminate: () => socket.terminate(),
    [Symbol.dispose]: () => socket.terminate(),
  };

  function arriving(): Promise<string> {
    return new Promise((resolve) => readers.push(resolve));
  }

  async function lost(): Promise<never> {
    throw new Error(`The socket closed with ${await closed} where a message was awaited.`);
  }
}

/** Opens a socket that the server has acknowledged. */
export async function connect(
  url: string,
  { params, ...options }: SocketOptions & { params?: object } = {},
): Promise<RawSocket> {
  const socket = await openSocket(url, options);
  socket.send({ type: 'connection_init', ...(params && { payload: params }) });
  const message = await socket.next();
  if (message.type !== 'connection_ack') throw new Error(`Not acknowledged, but ${message.type}.`);
  return socket;
}
