import { randomUUID } from 'node:crypto';
import type { Clock } from '../../src/domain/clock.ts';
import type { RedisClient } from '../../src/redis/client.ts';
import { type RedisStatistics, redisStatistics } from '../../src/telemetry/redis-statistics.ts';
import { recordLogs } from './recorded-logs.ts';

/** Longer than any test takes: flushes come when a test asks for them. */
const NEVER_MS = 1_000_000;

/** Statistics of a process of its own over this Redis. */
export function openRedisStatistics(
  redis: RedisClient,
  options: {
    clock: Clock;
    keyPrefix?: string;
    flushMs?: number;
    timeoutMs?: number;
    logger?: ReturnType<typeof recordLogs>['logger'];
  },
): RedisStatistics {
  return redisStatistics({
    redis,
    keyPrefix: 'sluice:',
    flushMs: NEVER_MS,
    timeoutMs: 1_000,
    newId: randomUUID,
    logger: recordLogs().logger,
    ...options,
  });
}
