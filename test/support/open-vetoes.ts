import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { redisVetoes } from '../../src/cache/semantic/redis-vetoes.ts';
import type { Veto, Vetoes } from '../../src/cache/semantic/vetoes.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { openChannels } from '../../src/redis/channels.ts';
import { connectRedis, connectSubscriber, type RedisClient } from '../../src/redis/client.ts';
import { connected } from './open-redis.ts';
import { type LogLine, recordLogs } from './recorded-logs.ts';

export type OpenVetoes = AsyncDisposable & { readonly vetoes: Vetoes };

export type OpenRedisVetoes = OpenVetoes & {
  readonly redis: RedisClient;
  readonly logs: readonly LogLine[];
};

export function sampleVeto(changes: Partial<Veto> = {}): Veto {
  return { tenant: 'acme', namespace: 'default', pair: 'p'.repeat(43), ...changes };
}

/** Resolves when what nobody has vetoed is known not to be. */
export async function untilKnown(vetoes: Vetoes): Promise<void> {
  const never = sampleVeto({ tenant: 'nobody' });
  await expect.poll(() => vetoes.has(never), { timeout: 2_000 }).toBe(false);
}

/** Those of a process of its own, with its connections, which may know nothing yet. */
export function startRedisVetoes(url: string, keyPrefix: string): OpenRedisVetoes {
  const { logger, logs } = recordLogs();
  const redis = connectRedis({ url, connectTimeoutMs: 2_000, logger });
  const connection = connectSubscriber({ url, connectTimeoutMs: 2_000, logger });
  const channels = openChannels({ connection, logger });
  const vetoes = redisVetoes({
    ...{ redis, channels, keyPrefix, processId: randomUUID(), timeoutMs: 1_000 },
    ...{ clock: systemClock, logger },
  });
  return {
    ...{ vetoes, redis, logs },
    async [Symbol.asyncDispose]() {
      for (const resource of [vetoes, channels, redis]) await resource[Symbol.asyncDispose]();
    },
  };
}

/** The same, connected and with what there is known. */
export async function openRedisVetoes(url: string, keyPrefix: string): Promise<OpenRedisVetoes> {
  const opened = startRedisVetoes(url, keyPrefix);
  await connected(opened.redis);
  await untilKnown(opened.vetoes);
  return opened;
}
