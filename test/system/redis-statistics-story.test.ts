import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StatsWindow } from '../../src/telemetry/statistics.ts';
import { openRedis } from '../support/open-redis.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { type StatisticsProcess, statisticsProcesses } from '../support/statistics-processes.ts';

const STEPS = 120;
const MOST_AT_ONCE = 4;

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server[Symbol.asyncDispose]());

describe('statistics of processes that come, crash and lose replies', () => {
  it.each([1, 2, 3, 4, 5, 6])('count every request once (seed %i)', async (seed) => {
    await using admin = await openRedis(server.url);
    await admin.flushall();
    const crowd = createCrowd(server, admin);
    const random = seededRandom(seed);
    for (let step = 0; step < STEPS; step += 1) {
      await oneStep(crowd, random);
      await crowd.check();
    }
    while (crowd.living[0]) await crowd.end(crowd.living[0]);
    await crowd.join();
    await crowd.check();
    while (crowd.living[0]) await crowd.end(crowd.living[0]);
  });
});

async function oneStep(crowd: Crowd, random: () => number): Promise<void> {
  const below = (count: number) => Math.floor(random() * count);
  const one = crowd.living[below(crowd.living.length)];
  if (one === undefined || (crowd.living.length < MOST_AT_ONCE && below(10) === 0)) {
    return crowd.join();
  }
  crowd.record(one, below(4));
  const chance = random();
  if (chance < 0.3) await Promise.all([...crowd.living.map(crowd.flush), crowd.check()]);
  else if (chance < 0.55) await crowd.flush(one);
  else if (chance < 0.65) await crowd.flushWithoutReply(one, 'the write arrives');
  else if (chance < 0.75) await crowd.flushWithoutReply(one, 'the write is lost');
  else if (chance < 0.79) crowd.crash(one);
  else if (chance < 0.83) await crowd.end(one);
  else crowd.clock.advance(below(20_000));
}

/** A process, what it has counted, and how much of that is written for sure. */
type Member = { readonly process: StatisticsProcess; recorded: number; written: number };
type Crowd = ReturnType<typeof createCrowd>;

function createCrowd(server: RedisServer, admin: Redis) {
  const { clock, start } = statisticsProcesses(server);
  const living: Member[] = [];
  const gone: Member[] = [];

  async function flush(one: Member): Promise<void> {
    const { recorded } = one;
    await one.process.statistics.flush();
    // That flushes fail is logged when it begins and when it ends.
    if (one.process.logs.at(-1)?.level !== 'warn') one.written = recorded;
  }

  function leave(one: Member): void {
    living.splice(living.indexOf(one), 1);
    gone.push(one);
  }

  /** A process finds all of its own, all that others have surely written, and nothing twice. */
  async function checkOne(one: Member, window: StatsWindow): Promise<void> {
    const others = [...living, ...gone].filter((other) => other !== one);
    const least = others.reduce((sum, { written }) => sum + written, one.recorded);
    const most = others.reduce((sum, { recorded }) => sum + recorded, one.recorded);
    const found = await one.process.requests(window);
    expect(found, window).toBeGreaterThanOrEqual(least);
    expect(found, window).toBeLessThanOrEqual(most);
  }

  return {
    clock,
    living: living as readonly Member[],
    flush,
    async join() {
      living.push({ process: await start({ timeoutMs: 40 }), recorded: 0, written: 0 });
    },
    record(one: Member, times: number) {
      for (let time = 0; time < times; time += 1) one.process.record();
      one.recorded += times;
    },
    async flushWithoutReply(one: Member, but: 'the write arrives' | 'the write is lost') {
      await admin.client('PAUSE', 60_000, 'WRITE');
      await flush(one);
      if (but === 'the write is lost') await admin.call('CLIENT', 'KILL', 'TYPE', 'normal');
      await admin.client('UNPAUSE');
      await Promise.all(living.map(({ process }) => process.connected()));
    },
    crash(one: Member) {
      one.process.crash();
      leave(one);
    },
    async end(one: Member) {
      await one.process[Symbol.asyncDispose]();
      one.written = one.recorded;
      leave(one);
    },
    async check() {
      const windows: readonly StatsWindow[] = ['HOUR', 'HOUR', 'ALL', 'ALL'];
      await Promise.all(living.flatMap((one) => windows.map((window) => checkOne(one, window))));
    },
  };
}
