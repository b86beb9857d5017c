import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/domain/clock.ts';
import type { RedisClient } from '../../src/redis/client.ts';
import { createSealer } from '../../src/redis/sealing.ts';
import { fileOutcomeLog } from '../../src/router/outcomes/file-outcome-log.ts';
import { memoryOutcomeLog } from '../../src/router/outcomes/memory-outcome-log.ts';
import type { LoggedEntry, OutcomeLog } from '../../src/router/outcomes/port.ts';
import { redisOutcomeLog } from '../../src/router/outcomes/redis-outcome-log.ts';
import { openRedisClient } from './open-redis.ts';
import { type LogLine, recordLogs } from './recorded-logs.ts';

/** No test waits for it: what is to be written is flushed. */
const NEVER_MS = 1_000_000;

export type OpenOutcomeLog = AsyncDisposable & {
  readonly log: OutcomeLog;
  readonly logs: readonly LogLine[];
};

export type OpenRedisOutcomeLog = OpenOutcomeLog & {
  readonly redis: RedisClient;
  readonly key: string;
};

export type OpenFileOutcomeLog = OpenOutcomeLog & { readonly path: string };

export async function openMemoryOutcomeLog(maxEntries: number): Promise<OpenOutcomeLog> {
  const log = memoryOutcomeLog({ maxEntries });
  return { log, logs: [], [Symbol.asyncDispose]: () => log[Symbol.asyncDispose]() };
}

/** Of a process of its own; it shares its log with those of the same prefix. */
export async function openRedisOutcomeLog(
  url: string,
  options: { maxEntries: number; keyPrefix?: string; encryptionKey?: string; flushMs?: number },
): Promise<OpenRedisOutcomeLog> {
  const { maxEntries, keyPrefix = `${randomUUID()}:`, encryptionKey, flushMs = NEVER_MS } = options;
  const { logger, logs } = recordLogs();
  const redis = await openRedisClient(url);
  const log = redisOutcomeLog({
    ...{ redis, keyPrefix, maxEntries, flushMs, logger },
    sealer: createSealer(encryptionKey === undefined ? null : [encryptionKey]),
    timeoutMs: 2_000,
    clock: systemClock,
  });
  return {
    ...{ log, logs, redis, key: `${keyPrefix}outcomes:1` },
    async [Symbol.asyncDispose]() {
      for (const each of [log, redis]) await each[Symbol.asyncDispose]();
    },
  };
}

/** In a folder of its own, which goes with it, unless a path is given. */
export async function openFileOutcomeLog(options: {
  maxEntries: number;
  path?: string;
}): Promise<OpenFileOutcomeLog> {
  const { maxEntries } = options;
  const { logger, logs } = recordLogs();
  const folder =
    options.path === undefined ? await mkdtemp(join(tmpdir(), 'sluice-outcomes-')) : null;
  const path = options.path ?? join(folder ?? '', 'outcomes.jsonl');
  const log = fileOutcomeLog({ path, maxEntries, flushMs: NEVER_MS, logger });
  return {
    ...{ log, logs, path },
    async [Symbol.asyncDispose]() {
      await log[Symbol.asyncDispose]();
      if (folder !== null) await rm(folder, { recursive: true });
    },
  };
}

/** What a log holds after a position, in order. */
export async function readAll(
  log: OutcomeLog,
  after: string | null = null,
): Promise<readonly LoggedEntry[]> {
  const read: LoggedEntry[] = [];
  for await (const logged of log.read(after)) read.push(logged);
  return read;
}
