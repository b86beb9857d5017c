import { describe, expect, it } from 'vitest';
import { openRedis } from '../support/open-redis.ts';
import { checkProcesses } from '../support/process-invariants.ts';
import { RARE_SIGHTS, SIGHTS, sightsOf } from '../support/process-sights.ts';
import { randomScenario } from '../support/random-faults.ts';
import { playProcesses, type Server } from '../support/random-processes.ts';
import { startRedis } from '../support/redis-server.ts';
import { seededDice } from '../support/seeded-dice.ts';

const { TEST_LONG, TEST_SEED } = process.env;
const scenarios = TEST_LONG === 'true' ? 2_000 : 120;
/** Time is real: a scenario that failed once may have to be played some times more. */
const REPLAYS = 40;
const seeds =
  TEST_SEED === undefined
    ? Array.from({ length: scenarios }, (_, index) => index + 1)
    : Array<number>(REPLAYS).fill(Number(TEST_SEED));
/** How many scenarios are played at a time: most of each is waiting. */
const LANES = 20;

describe('generations of two processes around one Redis', () => {
  it(`keep every promise, in ${seeds.length} random scenarios`, { timeout: 600_000 }, async () => {
    await using redisServer = await startRedis();
    await using redis = await openRedis(redisServer.url);
    const server = { port: redisServer.port, redis };
    const seen = new Set<string>();
    const failures: Error[] = [];
    const left = seeds.values();
    await Promise.all(Array.from({ length: LANES }, () => playLane(left, server, seen, failures)));

    if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join('\n\n'));
    if (TEST_SEED !== undefined) return;
    const sights = TEST_LONG === 'true' ? [...SIGHTS, ...RARE_SIGHTS] : SIGHTS;
    expect(sights.filter((sight) => !seen.has(sight))).toEqual([]);
  });
});

/** Plays one scenario after another, as long as there are some that no other lane has taken. */
async function playLane(
  left: Iterable<number>,
  server: Server,
  seen: Set<string>,
  failures: Error[],
) {
  for (const seed of left) {
    try {
      const history = await playProcesses(seed, server);
      checkProcesses(history);
      for (const sight of sightsOf(history)) seen.add(sight);
    } catch (cause) {
      const scenario = JSON.stringify(randomScenario(seededDice(seed)));
      const again = `TEST_SEED=${seed} npx vitest run generations-over-redis`;
      const message = `Seed ${seed}: ${(cause as Error).message}\n${scenario}\nAgain: ${again}`;
      failures.push(new Error(message, { cause }));
    }
  }
}
