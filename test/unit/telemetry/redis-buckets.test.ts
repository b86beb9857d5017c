import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createBucket } from '../../../src/telemetry/bucket.ts';
import type { BucketSpan, PlacedBucket } from '../../../src/telemetry/bucket-grid.ts';
import { redisBuckets } from '../../../src/telemetry/redis-buckets.ts';
import { sampleRecord } from '../../support/sample-record.ts';
import { useRedis } from '../../support/use-redis.ts';

const opened = useRedis();

const hour: BucketSpan = { kind: 'minute', last: 100, count: 60 };

function bucketOf(requests: number, index = 100): PlacedBucket {
  const bucket = createBucket();
  for (let request = 0; request < requests; request += 1) bucket.add(sampleRecord());
  return { kind: 'minute', index, state: bucket.state() };
}

/** Two processes in a place of their own. */
function setUp() {
  const root = `${randomUUID()}:`;
  const open = () =>
    redisBuckets({ redis: opened.redis, root, processId: randomUUID(), newId: randomUUID });
  const [writer, reader] = [open(), open()];
  return {
    write: (bucket: PlacedBucket) => writer.write('acme', bucket),
    read: async (span = hour) => (await reader.readOthers('acme', span)).requests,
    readOwn: async () => (await writer.readOthers('acme', hour)).requests,
  };
}

/** How often each command was run during `work`. */
async function commandsOf(work: () => Promise<unknown>) {
  await opened.redis.config('RESETSTAT');
  await work();
  const statistics = await opened.redis.info('commandstats');
  const calls = [...statistics.matchAll(/cmdstat_(\w+):calls=(\d+)/g)];
  return Object.fromEntries(calls.map(([, command, count]) => [command, Number(count)]));
}

describe('buckets in Redis', () => {
  it('hold the last that a process has counted, for the others', async () => {
    const { write, read, readOwn } = setUp();
    await write(bucketOf(1));
    await write(bucketOf(3));
    await write(bucketOf(2, 41));
    await write(bucketOf(9, 40));
    expect(await read()).toBe(5);
    expect(await read({ ...hour, count: 2 })).toBe(3);
    expect(await readOwn()).toBe(0);
  });

  it('are not set back by a write that comes late', async () => {
    const { write, read } = setUp();
    await write(bucketOf(11));
    await write(bucketOf(9));
    expect(await read()).toBe(11);
  });

  it('are read again only when they have changed', async () => {
    const { write, read } = setUp();
    await write(bucketOf(1, 99));
    await write(bucketOf(1, 100));
    expect(await commandsOf(read)).toMatchObject({ hget: 60, hgetall: 2 });
    expect(await commandsOf(read)).not.toHaveProperty('hgetall');
    await write(bucketOf(2, 100));
    expect(await commandsOf(read)).toMatchObject({ hget: 60, hgetall: 1 });
    expect(await read()).toBe(3);
  });
});
