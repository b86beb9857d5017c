import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { GenerationEvent, GenerationSnapshot } from '../../src/generation/generation.ts';
import type { UpstreamCall } from '../../src/upstream/port.ts';
import { eitherProcess, type Visit } from './either-process.ts';
import { type Asked, type GenerationDiary, keepDiary } from './generation-diary.ts';
import { type LogsInRedis, readLogs } from './logs-in-redis.ts';
import { endAll, untilAtRest } from './processes-at-rest.ts';
import { randomClients } from './random-clients.ts';
import { mayLoseTouch, randomScenario, type Scenario, strike, wipe } from './random-faults.ts';
import { type History, isAlone } from './random-generations.ts';
import { openRandomProcess, type ProcessName } from './random-process.ts';
import { memoryCache, type Reported } from './random-service.ts';
import { type RandomCall, type RandomUpstream, randomUpstream } from './random-upstream.ts';
import { type LogLine, recordLogs } from './recorded-logs.ts';
import { type Dice, seededDice } from './seeded-dice.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

/** All that happened in one scenario, once it is over. */
export type ProcessesHistory = Omit<History, 'reported' | 'finals'> & {
  readonly scenario: Scenario;
  readonly processes: readonly ProcessHistory[];
  readonly visits: readonly Visit[];
  readonly timesOutOfTouch: number;
  /** How often an equal request could have begun a run of its own. */
  readonly timesApart: number;
  readonly inRedis: LogsInRedis;
  /** Which process made a call. */
  placeOf(call: RandomCall<Asked>): ProcessName | undefined;
  /** Where an event was heard. */
  heardAt(event: GenerationEvent): ProcessName | undefined;
};

export type ProcessHistory = {
  readonly name: ProcessName;
  /** Whether it was killed or has left. */
  readonly isGone: boolean;
  /** The ids of the requests that it took up, and more. */
  readonly issuedIds: ReadonlySet<string>;
  readonly reported: readonly Reported[];
  readonly logs: readonly LogLine[];
  /** What each id leads to in the end in this process; empty for one that is gone. */
  readonly finals: ReadonlyMap<string, GenerationSnapshot>;
};

/**
 * Plays the scenario of a seed: clients who come to either of two processes around one Redis, in front of models
 * that answer, fail and hang, while a process or Redis may be lost. Time is real: equal seeds play much alike.
 *
 * @throws when somebody waits for what never comes, or something goes on for nobody
 */
export async function playProcesses(seed: number, server: Server): Promise<ProcessesHistory> {
  const dice = seededDice(seed);
  const scenario = randomScenario(dice);
  const { fault } = scenario;
  const keyPrefix = `${randomUUID()}:`;
  await using line = fault === 'cutOff' ? await startTcpProxy(server.port) : null;
  const upstream = randomUpstream<Asked>(slowed(diceFrom(dice), scenario.slowness));
  const opened = await openProcesses(dice, scenario, { upstream, keyPrefix, server, line });
  const { processes, places, issuedIds } = opened;
  const [victim] = processes;
  try {
    const either = eitherProcess({
      processes,
      dice: diceFrom(dice),
      mayLoseTouch: mayLoseTouch(fault),
    });
    const diary = keepDiary({ service: either, upstream, issuedIds });
    const clients = randomClients(diceFrom(dice), either, diary);
    opened.setDiary(diary);

    const failures: unknown[] = [];
    const playing = new Set<Promise<void>>();
    for (let count = scenario.clients; count > 0; count--) {
      const played = wait(dice.below(scenario.comingMs + 1))
        .then(() => clients.play())
        .catch((failure: unknown) => void failures.push(failure))
        .finally(() => playing.delete(played));
      playing.add(played);
    }
    await strike(scenario, { victim, processes, line, redis: server.redis, keyPrefix });
    const { issuedBy } = opened;
    const stage = {
      ...{ scenario, processes, issuedBy, diary, calls: upstream.calls, playing, failures },
    };
    await untilAtRest(stage);
    clients.close();
    const finals = await endAll(stage);

    const { asked, listeners, told } = diary;
    return {
      ...{ scenario, asked, listeners, told, calls: upstream.calls, visits: either.visits },
      neverFollowed: diary.startedAndNotFollowed().filter((start) => isAlone(start, asked)),
      timesOutOfTouch: either.timesOutOfTouch(),
      timesApart: processes.reduce((sum, process) => sum + process.timesApart(), 0),
      inRedis: await readLogs(server.redis, keyPrefix),
      placeOf: ({ call }) => places.get(call),
      heardAt: either.placeOf,
      processes: processes.map((process) => ({
        name: process.name,
        isGone: process.gone.aborted,
        issuedIds: issuedBy[process.name],
        reported: process.reported,
        logs: process.logs,
        finals: finals.get(process.name) ?? new Map(),
      })),
    };
  } finally {
    for (const process of processes) if (!process.gone.aborted) await process.kill();
    await wipe(server.redis, keyPrefix);
  }
}

/** Where scenarios are played. */
export type Server = { readonly port: number; readonly redis: Redis };

async function openProcesses(
  dice: Dice,
  scenario: Scenario,
  shared: {
    readonly upstream: RandomUpstream<Asked>;
    readonly keyPrefix: string;
    readonly server: Server;
    /** To Redis, for the first process. */
    readonly line: TcpProxy | null;
  },
) {
  const { upstream, keyPrefix, server, line } = shared;
  const places = new Map<UpstreamCall, ProcessName>();
  const issuedIds: string[] = [];
  const issuedBy = { one: new Set<string>(), other: new Set<string>() };
  const cache = memoryCache(scenario.cacheEnabled, recordLogs().logger);
  let asked: readonly Asked[] = [];

  function open(name: ProcessName, port: number) {
    return openRandomProcess({
      ...{ ...scenario, name, keyPrefix, cache, dice: diceFrom(dice) },
      redisUrl: `redis://127.0.0.1:${port}`,
      upstream: {
        ...upstream,
        stream(call, signal) {
          const own = { ...call };
          places.set(own, name);
          return upstream.stream(own, signal);
        },
      },
      newId() {
        const id = `id-${issuedIds.length}`;
        issuedIds.push(id);
        issuedBy[name].add(id);
        return id;
      },
      inNameOf(generationId, work) {
        const owner = asked.find(({ id }) => id === generationId);
        if (owner === undefined) throw new Error(`${generationId} was never asked for.`);
        upstream.own(owner, work);
      },
    });
  }

  const processes = await Promise.all([
    open('one', line?.port ?? server.port),
    open('other', server.port),
  ]);
  return {
    processes,
    places,
    issuedIds,
    issuedBy,
    setDiary(diary: GenerationDiary) {
      ({ asked } = diary);
    },
  };
}

function diceFrom(dice: Dice): Dice {
  return seededDice(dice.below(2 ** 31));
}

/** Pauses that last longer, some of them. */
function slowed(dice: Dice, slowness: number): Dice {
  return {
    ...dice,
    async pause() {
      await dice.pause();
      if (slowness > 1 && dice.chance(0.4)) await wait(dice.below(4 * slowness));
    },
  };
}
