import { setTimeout } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { type Command, goesByItself, readCommandNames } from './redis-commands.ts';
import type { Count } from './redis-count.ts';

/** For so long nothing is heard when all that comes of a request has been done. */
const QUIET_MS = 250;
const LOOK_MS = 10;

/** Hears all that a Redis is asked, by MONITOR: it tells the commands of scripts from those of clients. */
export type RedisWatch = AsyncDisposable & {
  readonly version: string;
  /** The connections that are new since the last time belong to the process of this name. */
  nameConnections(process: string): Promise<void>;
  /**
   * What comes of `work`, until all of it is done; bytes apart, without what processes do by themselves.
   *
   * @param until what such a command works on has to be heard in any case, should it come after `work`
   */
  countOf(work: () => Promise<void>, until?: string): Promise<Count>;
  /** All that goes on in so many seconds, by the second. */
  countOfEachSecond(seconds: number): Promise<Count>;
};

export async function watchRedis(url: string): Promise<RedisWatch> {
  const nameOf = await readCommandNames();
  const redis = new Redis(url);
  const monitor = await redis.monitor();
  /** By address; null for this one. */
  const processes = new Map<string, string | null>();
  let roundTrips = new Map<string, number>();
  let inScripts = new Map<string, number>();
  /** Of what was done for a request, on `performance.now`. */
  let lastAt = 0;
  let scriptCounts = false;
  let countsAll = false;

  monitor.on('monitor', (_time: string, command: Command, source: string) => {
    if (source === 'lua') {
      if (scriptCounts) addOne(inScripts, (command[0] ?? '').toUpperCase());
      return;
    }
    const process = processes.get(source) ?? null;
    const name = nameOf(command);
    // What a script does is told right after it.
    scriptCounts = process !== null && (countsAll || !goesByItself(name));
    if (!scriptCounts) return;
    addOne(roundTrips, `${name} at ${process}`);
    lastAt = performance.now();
  });

  async function count(work: () => Promise<void>): Promise<Count> {
    const before = await bytes();
    roundTrips = new Map();
    inScripts = new Map();
    lastAt = performance.now();
    await work();
    const counted = { roundTrips, inScripts };
    const after = await bytes();
    return { ...counted, bytesTo: after.to - before.to, bytesFrom: after.from - before.from };
  }

  /** Without those of this watch. */
  async function bytes(): Promise<{ to: number; from: number }> {
    // Nothing may be on its way to it.
    await setTimeout(LOOK_MS);
    const read = redis.stream.bytesRead + monitor.stream.bytesRead;
    const stats = await redis.info('stats');
    const written = redis.stream.bytesWritten + monitor.stream.bytesWritten;
    const numberOf = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(stats)?.[1]);
    return {
      to: numberOf('total_net_input_bytes') - written,
      from: numberOf('total_net_output_bytes') - read,
    };
  }

  async function untilQuiet(until: string) {
    const isHeard = () => [...roundTrips.keys()].some((name) => name.includes(until));
    while (!isHeard() || performance.now() < lastAt + QUIET_MS) await setTimeout(LOOK_MS);
  }

  async function nameConnections(process: string | null) {
    const list = String(await redis.client('LIST'));
    for (const [, address = ''] of list.matchAll(/ addr=(\S+)/g)) {
      if (!processes.has(address)) processes.set(address, process);
    }
  }

  const version = /^redis_version:(\S+)/m.exec(await redis.info('server'))?.[1] ?? '';
  await nameConnections(null);

  return {
    version,
    nameConnections,
    countOf: (work, until = '') =>
      count(async () => {
        await work();
        lastAt = performance.now();
        await untilQuiet(until);
      }),
    async countOfEachSecond(seconds) {
      countsAll = true;
      const counted = await count(() => setTimeout(seconds * 1000));
      countsAll = false;
      return {
        roundTrips: eachSecond(counted.roundTrips, seconds),
        inScripts: eachSecond(counted.inScripts, seconds),
        bytesTo: counted.bytesTo / seconds,
        bytesFrom: counted.bytesFrom / seconds,
      };
    },
    async [Symbol.asyncDispose]() {
      monitor.disconnect();
      redis.disconnect();
    },
  };
}

function addOne(numbers: Map<string, number>, name: string) {
  numbers.set(name, (numbers.get(name) ?? 0) + 1);
}

function eachSecond(numbers: ReadonlyMap<string, number>, seconds: number): Map<string, number> {
  return new Map([...numbers].map(([name, number]) => [name, number / seconds]));
}
