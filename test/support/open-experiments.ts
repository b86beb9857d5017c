import { randomUUID } from 'node:crypto';
import type { Clock } from '../../src/domain/clock.ts';
import { openChannels } from '../../src/redis/channels.ts';
import { connectSubscriber, type RedisClient } from '../../src/redis/client.ts';
import { memoryExperiments } from '../../src/router/experiments/memory-experiments.ts';
import type { Experiment, Experiments } from '../../src/router/experiments/port.ts';
import { redisExperiments } from '../../src/router/experiments/redis-experiments.ts';
import { fakeClock } from './fake-clock.ts';
import { openRedisClient } from './open-redis.ts';
import { type LogLine, recordLogs } from './recorded-logs.ts';
import { sampleExperiment } from './sample-experiment.ts';

/** Longer than any test takes. */
export const NEVER_MS = 1_000_000;

export type OpenExperiments = AsyncDisposable & {
  readonly experiments: Experiments;
  readonly logs: readonly LogLine[];
};

/** What the suites know, unless they say otherwise. */
const DEFINED: readonly Experiment[] = [
  sampleExperiment(),
  sampleExperiment({ key: 'by-hand', schedule: [] }),
];

/** `small-first`, which ramps from 0.1 to 0.3, and `by-hand`, in this process alone. */
export async function openMemoryExperiments(clock: Clock): Promise<OpenExperiments> {
  const { logger, logs } = recordLogs();
  const experiments = memoryExperiments({ experiments: () => DEFINED, clock, logger });
  return { experiments, logs, async [Symbol.asyncDispose]() {} };
}

export type OpenRedisExperiments = OpenExperiments & {
  readonly redis: RedisClient;
  /** Where they are stored. */
  readonly key: string;
};

/**
 * The same in Redis, in a process of its own: with its connections, and listening. It shares the experiments with those
 * of the same prefix.
 */
export async function openRedisExperiments(
  url: string,
  options: {
    clock?: Clock;
    keyPrefix?: string;
    lookEveryMs?: number;
    experiments?: () => readonly Experiment[];
  } = {},
): Promise<OpenRedisExperiments> {
  const { clock = fakeClock(), keyPrefix = `${randomUUID()}:`, lookEveryMs = 500 } = options;
  const { logger, logs } = recordLogs();
  const redis = await openRedisClient(url);
  const connection = connectSubscriber({ url, connectTimeoutMs: 2_000, logger });
  const channels = openChannels({ connection, logger });
  const experiments = redisExperiments({
    ...{ redis, channels, keyPrefix, lookEveryMs, clock, logger },
    experiments: options.experiments ?? (() => DEFINED),
  });
  await channels.ready(AbortSignal.timeout(5_000));
  return {
    experiments,
    logs,
    redis,
    key: `${keyPrefix}experiments:1`,
    async [Symbol.asyncDispose]() {
      for (const resource of [experiments, channels, redis]) await resource[Symbol.asyncDispose]();
    },
  };
}
