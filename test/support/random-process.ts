import type { Cache } from '../../src/cache/port.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { createGenerationService } from '../../src/generation/create-service.ts';
import { redisPeers } from '../../src/generation/redis-peers.ts';
import type { RunLeases } from '../../src/generation/run-leases.ts';
import type { RunLog } from '../../src/generation/run-log.ts';
import type { GenerationService } from '../../src/generation/service.ts';
import { type Channels, openChannels } from '../../src/redis/channels.ts';
import { connectRedis, connectSubscriber, onReconnected } from '../../src/redis/client.ts';
import { createSealer } from '../../src/redis/sealing.ts';
import type { Upstream } from '../../src/upstream/port.ts';
import { resilientUpstream } from '../../src/upstream/resilience.ts';
import { ConnectionLost } from './connection-lost.ts';
import { connected } from './open-redis.ts';
import { AN_HOUR_MS, FIXED, PLENTY, type Reported } from './random-service.ts';
import { type LogLine, recordLogs } from './recorded-logs.ts';
import type { Dice } from './seeded-dice.ts';
import { unlimited } from './unlimited.ts';

export type ProcessName = 'one' | 'other';

export type ProcessOptions = {
  readonly name: ProcessName;
  readonly redisUrl: string;
  readonly keyPrefix: string;
  readonly leaseMs: number;
  readonly timeoutMs: number;
  readonly graceMs: number;
  readonly coalesceMs: number;
  /** Whether calls have deadlines and are sent again, and how often; null for neither. */
  readonly retries: number | null;
  /** How likely a word of the other process is not heard. */
  readonly wordLoss: number;
  readonly dice: Dice;
  readonly upstream: Upstream;
  /** Shared by both processes. */
  readonly cache: Cache;
  readonly newId: () => string;
  /** Runs what this process does of itself for a generation, such as to take its run over. */
  readonly inNameOf: (generationId: string, work: () => void) => void;
};

/** One of the processes around a Redis, all of it but a process: it can be lost like one. */
export type RandomProcess = {
  readonly name: ProcessName;
  readonly service: GenerationService;
  readonly log: RunLog;
  readonly logs: readonly LogLine[];
  /** What it reported as long as it was there. */
  readonly reported: readonly Reported[];
  /** How often an equal request could have come between two steps of this process, and began a run of its own. */
  timesApart(): number;
  /** Aborts when it is gone, with ConnectionLost. From then on it does nothing that anybody could notice. */
  readonly gone: AbortSignal;
  /** Ends at once, as by SIGKILL. */
  kill(): Promise<void>;
  /** Ends as by SIGTERM: what has not ended when `deadline` aborts is given away. */
  leave(deadline: AbortSignal): Promise<void>;
  /** Loses its connections to Redis, which come back by themselves. */
  reconnect(): void;
};

export async function openRandomProcess(options: ProcessOptions): Promise<RandomProcess> {
  const { name, redisUrl: url, dice, retries, wordLoss, inNameOf } = options;
  const { logger, logs } = recordLogs();
  const death = new AbortController();
  const { signal: gone } = death;
  const connecting = { url, connectTimeoutMs: 2_000, logger };
  const redis = connectRedis(connecting);
  const connection = connectSubscriber(connecting);
  await connected(redis);
  const channels = openChannels({ connection, logger });
  const { log, peers, ...opened } = redisPeers({
    ...options,
    redis,
    sealer: createSealer(null),
    channels: wordLoss === 0 ? channels : lossyChannels(channels, wordLoss, dice),
    processId: name,
    maxBytes: PLENTY,
    keepMs: AN_HOUR_MS,
    onReconnected: (callback) => onReconnected(redis, callback),
    clock: systemClock,
    logger,
  });

  const upstream = mortalUpstream(options.upstream, gone);
  const reported: Reported[] = [];
  let timesApart = 0;
  const service = createGenerationService({
    spending: unlimited(),
    ...FIXED,
    ...options,
    upstream: retries === null ? upstream : withDeadlines(upstream, retries, dice),
    cache: mortalCache(options.cache, gone),
    log,
    ...peers,
    leases: watchedLeases(peers.leases, inNameOf, () => {
      timesApart += 1;
    }),
    logger,
    report(record, generationId) {
      if (!gone.aborted) reported.push({ generationId, record });
    },
  });

  async function disconnect() {
    redis.disconnect();
    await channels[Symbol.asyncDispose]();
  }

  return {
    name,
    service,
    log,
    logs,
    reported,
    timesApart: () => timesApart,
    gone,
    async kill() {
      death.abort(new ConnectionLost());
      await disconnect();
      // Redis is not told any more.
      await opened[Symbol.asyncDispose]();
    },
    async leave(deadline) {
      await service.drain(deadline);
      death.abort(new ConnectionLost());
      await opened[Symbol.asyncDispose]();
      await disconnect();
    },
    reconnect() {
      redis.disconnect(true);
      connection.disconnect(true);
    },
  };
}

function withDeadlines(upstream: Upstream, retries: number, dice: Dice): Upstream {
  return resilientUpstream(upstream, {
    firstTokenTimeoutMs: 80,
    idleTimeoutMs: 80,
    totalTimeoutMs: 300,
    retries,
    random: () => dice.below(10) / 100,
  });
}

/** What is said is a hint: some of it is never heard. */
function lossyChannels(channels: Channels, wordLoss: number, dice: Dice): Channels {
  return {
    ...channels,
    listen: (channel, onMessage) =>
      channels.listen(channel, (message) => {
        if (!dice.chance(wordLoss)) onMessage(message);
      }),
  };
}

type Lease = Extract<Awaited<ReturnType<RunLeases['claim']>>, { owned: true }>['lease'];

/** Leases of a process that takes a run over for the generation that began it. */
function watchedLeases(
  leases: RunLeases,
  inNameOf: ProcessOptions['inNameOf'],
  onApart: () => void,
): RunLeases {
  const watched = (lease: Lease): Lease => ({
    ...lease,
    watch: (hooks) =>
      lease.watch({
        ...hooks,
        onOrphaned: () => inNameOf(lease.spec.startedBy.id, hooks.onOrphaned),
      }),
    reopen() {
      onApart();
      lease.reopen();
    },
  });
  return {
    ...leases,
    async claim(spec) {
      if (!spec.shared && spec.cacheQuestion.request.cache.mode !== 'BYPASS') onApart();
      const claimed = await leases.claim(spec);
      return claimed.owned ? { ...claimed, lease: watched(claimed.lease) } : claimed;
    },
    async attend(runId) {
      const lease = await leases.attend(runId);
      return lease && watched(lease);
    },
  };
}

/** Calls of a process that is gone are broken off, and say nothing more to what is left of it here. */
function mortalUpstream(upstream: Upstream, gone: AbortSignal): Upstream {
  return {
    ...upstream,
    async *stream(call, signal) {
      try {
        if (gone.aborted) await forEver();
        for await (const part of upstream.stream(call, AbortSignal.any([signal, gone]))) {
          if (gone.aborted) await forEver();
          yield part;
        }
      } catch (thrown) {
        if (gone.aborted) await forEver();
        throw thrown;
      }
    },
  };
}

function mortalCache(cache: Cache, gone: AbortSignal): Cache {
  return {
    ...cache,
    async lookUp(question) {
      if (gone.aborted) await forEver();
      return cache.lookUp(question);
    },
    async keep(question, answer) {
      if (gone.aborted) await forEver();
      return cache.keep(question, answer);
    },
  };
}

function forEver(): Promise<never> {
  return new Promise(() => {});
}
