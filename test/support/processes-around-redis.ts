import type { Redis } from 'ioredis';
import type { GenerationDeps } from '../../src/generation/create-service.ts';
import type { GenerationEvent } from '../../src/generation/generation.ts';
import type { RedisPeersOptions } from '../../src/generation/redis-peers-options.ts';
import type { RequestRecord } from '../../src/telemetry/statistics.ts';
import { openGenerations } from './open-generations.ts';
import { connected, openRedis } from './open-redis.ts';
import { type OpenRedisPeers, openRedisPeers } from './open-redis-peers.ts';
import { type RedisServer, startRedis } from './redis-server.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

/** Longer than `expect.poll` waits by itself: what no message has told is looked for once a second. */
export const SOON = { timeout: 5_000 };

/** Of a process that is to be taken for dead soon. */
export const SHORT_LEASE_MS = 400;

/** All of a gateway but its transports, with a puppet for its model. */
export type ProcessAroundRedis = ReturnType<typeof openGenerations> &
  Pick<OpenRedisPeers, 'processId' | 'log'> & {
    /** Its way to Redis, for all but the words of other processes when it `hearsAlways`. */
    readonly line: TcpProxy;
    /** Loses Redis, until its line accepts connections again. */
    cutOff(): void;
    /** Loses its connections and has others at once. Resolves when Redis has what it had to say then. */
    blink(): Promise<void>;
    /** Resolves when it has a connection, and Redis has taken what it had to say up to now. */
    reconnected(): Promise<void>;
    /** Of all levels, of the process and of what it shares. */
    logged(): string[];
  };

export type ProcessOptions = {
  readonly peers?: Partial<RedisPeersOptions>;
  readonly generations?: (peers: OpenRedisPeers) => Partial<GenerationDeps>;
  /** Hears the words of other processes even while it is cut off. */
  readonly hearsAlways?: boolean;
  /** `name:password` of a user of Redis. */
  readonly user?: string;
};

export type ProcessesAroundRedis = AsyncDisposable & {
  readonly redis: RedisServer;
  /** The test's own client. */
  readonly client: Redis;
  open(options?: ProcessOptions): Promise<ProcessAroundRedis>;
  /** What all processes have reported. */
  records(): RequestRecord[];
  /** Of what is in Redis, process leases apart. */
  keys(): Promise<string[]>;
};

/** A real Redis, and as many processes around it as are opened, in this one. Who leaves may be back for a while. */
export async function startProcessesAroundRedis(): Promise<ProcessesAroundRedis> {
  const redis = await startRedis();
  const client = await openRedis(redis.url);
  const opened: ProcessAroundRedis[] = [];
  const resources: AsyncDisposable[] = [client, redis];

  async function open(options: ProcessOptions = {}): Promise<ProcessAroundRedis> {
    const line = await startTcpProxy(redis.port);
    const login = options.user === undefined ? '' : `${options.user}@`;
    const urlBy = (port: number) => `redis://${login}127.0.0.1:${port}`;
    const hearsAt = urlBy(options.hearsAlways ? redis.port : line.port);
    const peers = await openRedisPeers(urlBy(line.port), options.peers, hearsAt);
    const generations = openGenerations({
      ...peers.peers,
      log: peers.log,
      graceMs: 5_000,
      priceOf: (_model, { inputTokens, outputTokens }) => inputTokens + outputTokens,
      ...(options.peers?.clock && { clock: options.peers.clock }),
      ...options.generations?.(peers),
    });
    const process: ProcessAroundRedis = {
      ...generations,
      processId: peers.processId,
      log: peers.log,
      line,
      cutOff() {
        line.refuse();
        line.cut('RST');
      },
      async blink() {
        const ready = new Promise((resolve) => void peers.redis.once('ready', resolve));
        line.cut('RST');
        await ready;
        await process.reconnected();
      },
      async reconnected() {
        await connected(peers.redis);
        // A script is sent, and sent as a whole when Redis does not know it, and then another for what it answers.
        for (let time = 0; time < 4; time += 1) await peers.redis.ping();
      },
      logged: () => [...peers.logs, ...generations.logs].map(({ message }) => message),
    };
    resources.unshift(peers, line);
    opened.push(process);
    return process;
  }

  return {
    redis,
    client,
    open,
    records: () => opened.flatMap(({ records }) => records),
    async keys() {
      const keys = await client.keys('*');
      return keys.filter((key) => !key.startsWith('sluice:process:')).sort();
    },
    async [Symbol.asyncDispose]() {
      for (const resource of resources) await resource[Symbol.asyncDispose]();
    },
  };
}

/** Listens to a stream in the background. */
export type Hearing = {
  readonly heard: readonly GenerationEvent[];
  types(): string[];
  /** All of it, when it is over. */
  readonly all: Promise<readonly GenerationEvent[]>;
};

export function hear(stream: AsyncIterable<GenerationEvent>): Hearing {
  const heard: GenerationEvent[] = [];
  async function listen() {
    for await (const event of stream) heard.push(event);
    return heard;
  }
  const all = listen();
  all.catch(() => {});
  return { heard, types: () => heard.map(({ type }) => type), all };
}
