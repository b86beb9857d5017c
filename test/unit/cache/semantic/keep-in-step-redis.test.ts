import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { redisCacheChanges } from '../../../../src/cache/redis-changes.ts';
import { redisCacheStore } from '../../../../src/cache/redis-store.ts';
import { keepInStep } from '../../../../src/cache/semantic/keep-in-step.ts';
import type { EntryPlace } from '../../../../src/cache/store.ts';
import { systemClock } from '../../../../src/domain/clock.ts';
import { createSealer } from '../../../../src/redis/sealing.ts';
import { findable, indexed, indexedOf } from '../../../support/kept-in-step.ts';
import { mapIndex } from '../../../support/map-index.ts';
import { openRedisClient } from '../../../support/open-redis.ts';
import { recordLogs } from '../../../support/recorded-logs.ts';
import { startRedis } from '../../../support/redis-server.ts';
import { samplePlace } from '../../../support/sample-entry.ts';
import { useServerAndCluster } from '../../../support/use-redis.ts';

const WITHIN_A_SECOND = { timeout: 1_000 };
const servers = useServerAndCluster();

/** A process with its connection, its index and the writing that the cache does. */
async function openProcess(url: string, keyPrefix: string) {
  const { logger } = recordLogs();
  const clock = systemClock;
  const redis = await openRedisClient(url);
  const store = redisCacheStore({ redis, keyPrefix, sealer: createSealer(null) });
  const changes = redisCacheChanges({
    ...{ redis, channels: null, keyPrefix, processId: randomUUID(), timeoutMs: 1_000 },
    ...{ clock, logger },
  });
  const index = mapIndex();
  const inStep = keepInStep({ store, changes, index, indexedOf, clock, logger });

  return {
    async keep(place: EntryPlace, prompt: string) {
      await store.put(place, findable(prompt));
      inStep.index.add(indexed(place, prompt));
      await changes.announce({ type: 'kept', place });
    },
    async remove(place: EntryPlace) {
      await store.remove(place);
      inStep.index.remove(place);
      await changes.announce({ type: 'removed', place });
    },
    prompts: () => index.contents().map(([, prompt]) => prompt),
    async [Symbol.asyncDispose]() {
      for (const resource of [inStep, changes, redis]) await resource[Symbol.asyncDispose]();
    },
  };
}

type Process = Awaited<ReturnType<typeof openProcess>>;

async function expectPrompts(
  processes: readonly Process[],
  prompts: readonly string[],
  within = WITHIN_A_SECOND,
) {
  for (const process of processes) {
    await expect.poll(process.prompts, within).toEqual(prompts);
  }
}

const [a, b, c] = ['a', 'b', 'c'].map((key) => samplePlace({ key })) as [
  EntryPlace,
  EntryPlace,
  EntryPlace,
];

describe.each(['server', 'cluster'] as const)('processes around a Redis %s', (kind) => {
  it('have the same entries within a second, also one that begins later', async () => {
    const keyPrefix = `${randomUUID()}:`;
    await using one = await openProcess(servers[kind].url, keyPrefix);
    await using other = await openProcess(servers[kind].url, keyPrefix);
    await one.keep(a, 'one');
    await other.keep(b, 'two');
    await expectPrompts([one, other], ['one', 'two']);
    await using later = await openProcess(servers[kind].url, keyPrefix);
    await expectPrompts([later], ['one', 'two']);
    await later.remove(a);
    await expectPrompts([one, other, later], ['two']);
  });
});

describe('when Redis has lost everything', () => {
  it('all forget it, and have what is kept from then on', async () => {
    await using server = await startRedis();
    await using one = await openProcess(server.url, 'p:');
    await using other = await openProcess(server.url, 'p:');
    await one.keep(a, 'lost');
    await expectPrompts([one, other], ['lost']);
    await server.restart();
    // It takes a while until they are connected again.
    await expectPrompts([one, other], [], { timeout: 5_000 });
    await other.keep(c, 'kept since');
    await expectPrompts([one, other], ['kept since']);
  });
});
