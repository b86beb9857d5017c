import type { Redis } from 'ioredis';
import type { RedisStatistics } from '../../src/telemetry/redis-statistics.ts';
import type { RequestRecord, StatsScope, StatsWindow } from '../../src/telemetry/statistics.ts';
import { type FakeClock, fakeClock } from './fake-clock.ts';
import { connected, openRedis } from './open-redis.ts';
import { openRedisStatistics } from './open-redis-statistics.ts';
import { type LogLine, recordLogs } from './recorded-logs.ts';
import type { RedisServer } from './redis-server.ts';
import { sampleRecord } from './sample-record.ts';

/** What a gateway process has of the statistics: a connection and an adapter of its own. */
export type StatisticsProcess = AsyncDisposable & {
  readonly statistics: RedisStatistics;
  readonly logs: readonly LogLine[];
  record(changes?: Partial<RequestRecord>): void;
  /** How many requests it finds, when what it has read a moment ago no longer serves. */
  requests(window?: StatsWindow, scope?: StatsScope): Promise<number>;
  connected(): Promise<void>;
  /** Ends as by SIGKILL: nothing reaches Redis any more. */
  crash(): void;
};

/** Processes over one Redis that go by one clock. Each has to be disposed of, unless it crashed. */
export function statisticsProcesses(server: RedisServer, clock: FakeClock = fakeClock()) {
  return {
    clock,
    async start(
      options: { flushMs?: number; timeoutMs?: number } = {},
    ): Promise<StatisticsProcess> {
      const redis: Redis = await openRedis(server.url);
      const { logger, logs } = recordLogs();
      const statistics = openRedisStatistics(redis, { clock, logger, ...options });
      return {
        statistics,
        logs,
        record: (changes = {}) => statistics.record(sampleRecord({ at: clock.now(), ...changes })),
        async requests(window = 'ALL', scope = 'ALL_TENANTS') {
          const now = clock.now();
          clock.advance(500);
          clock.set(now);
          return (await statistics.read(scope, window)).requests;
        },
        connected: () => connected(redis),
        crash: () => redis.disconnect(),
        async [Symbol.asyncDispose]() {
          await statistics[Symbol.asyncDispose]();
          redis.disconnect();
        },
      };
    },
  };
}
