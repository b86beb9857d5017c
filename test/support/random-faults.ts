import { setTimeout as wait } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { RandomProcess } from './random-process.ts';
import type { Dice } from './seeded-dice.ts';
import type { TcpProxy } from './tcp-proxy.ts';

const FAULTS = { none: 35, killed: 22, leaves: 13, wiped: 12, cutOff: 18 };

/** What happens to the processes or their Redis in the midst of a scenario. */
export type Fault = keyof typeof FAULTS;

/** A scenario before it is played. */
export type Scenario = {
  readonly fault: Fault;
  readonly faultAfterMs: number;
  /** How long a process is cut off, or has until it has to end. */
  readonly faultMs: number;
  /** How likely a word of one process to the other is lost. */
  readonly wordLoss: number;
  readonly leaseMs: number;
  /** Of commands to Redis. */
  readonly timeoutMs: number;
  readonly graceMs: number;
  readonly coalesceMs: number;
  readonly cacheEnabled: boolean;
  readonly retries: number | null;
  /** How much slower than usual the models are. */
  readonly slowness: number;
  readonly clients: number;
  /** Within this time all clients come. */
  readonly comingMs: number;
};

/** Long enough that no lease of a living process runs out where none is to; where words are lost, all wait for it. */
const LEASES = { none: 10_000, leaves: 2_000, wiped: 2_000 };

export function randomScenario(dice: Dice): Scenario {
  const fault = dice.weighted(FAULTS);
  const shortMs = 300 + dice.below(200);
  const leaseMs = fault === 'killed' || fault === 'cutOff' ? shortMs : LEASES[fault];
  const comingMs = dice.pick([0, 50, 150, 300]);
  return {
    fault,
    faultAfterMs: dice.below(comingMs + 120),
    faultMs: fault === 'cutOff' ? dice.below(4 * leaseMs) : dice.below(60),
    wordLoss: dice.pick([0, 0, 0, 0.3, 0.5]),
    leaseMs,
    // A process that is cut off is to notice; where nothing is, a busy machine is no reason to.
    timeoutMs: fault === 'cutOff' ? 250 : 5_000,
    graceMs: dice.pick([0, 0, 10, 50]),
    coalesceMs: dice.pick([0, 1, 5]),
    cacheEnabled: dice.chance(0.6),
    // With deadlines no model hangs for as long as it takes to be overtaken.
    retries: fault === 'cutOff' ? null : dice.pick([null, null, 0, 2]),
    slowness: dice.pick([1, 5, 15, 60]),
    clients: 8 + dice.below(20),
    comingMs,
  };
}

/** Whether what there was may be out of reach for a while, or for ever. */
export function mayLoseTouch(fault: Fault): boolean {
  return fault === 'wiped' || fault === 'cutOff';
}

/** Resolves when it has struck and nothing more comes of it by itself. */
export async function strike(
  { fault, faultAfterMs, faultMs, leaseMs }: Scenario,
  on: {
    readonly victim: RandomProcess;
    readonly processes: readonly RandomProcess[];
    /** Between the victim and Redis; null unless it is to be cut off. */
    readonly line: TcpProxy | null;
    readonly redis: Redis;
    readonly keyPrefix: string;
  },
): Promise<void> {
  await wait(faultAfterMs);
  switch (fault) {
    case 'none':
      break;
    case 'killed':
      await on.victim.kill();
      break;
    case 'leaves':
      await on.victim.leave(AbortSignal.timeout(faultMs));
      break;
    case 'wiped':
      for (const process of on.processes) process.reconnect();
      // What was sent before is lost as well.
      await wait(20);
      await wipe(on.redis, on.keyPrefix);
      break;
    case 'cutOff':
      on.line?.refuse();
      on.line?.cut('RST');
      await wait(faultMs);
      on.line?.accept();
      // It has come back, and looked around.
      await wait(leaseMs);
      break;
  }
}

/** Takes from Redis all that one scenario has there, and the scripts of all, as when it starts again. */
export async function wipe(redis: Redis, keyPrefix: string): Promise<void> {
  const keys = await redis.keys(`${keyPrefix}*`);
  const all = redis.multi().script('FLUSH');
  if (keys.length > 0) all.del(...keys);
  await all.exec();
}
