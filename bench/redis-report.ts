import { setTimeout } from 'node:timers/promises';
import type { Environment } from '../src/config/environment.ts';
import { startRedis } from '../test/support/redis-server.ts';
import { openGeneration, startGeneration } from './graphql.ts';
import { type Process, start } from './processes.ts';
import { type Count, total } from './redis-count.ts';
import { ANSWER, COALESCE_MS, countKinds, type Processes, type Taken } from './redis-kinds.ts';
import { type RedisWatch, watchRedis } from './redis-watch.ts';
import { printTable } from './table.ts';

const SECONDS = 10;
const SETTLE_MS = 1_000;

/** So that none are written while requests are counted. */
const NO_STATISTICS = { REDIS_STATISTICS_FLUSH_MS: '3600000' };

/**
 * Prints how often two gateway processes ask Redis, by the kind of the request, and how often whatever is asked of
 * them. A script is one round trip; the commands in it are told apart.
 */
export async function reportRedis() {
  await using model = await start<number>('model-server.ts');
  await using redis = await startRedis();
  await using watch = await watchRedis(redis.url);
  console.log(`Redis ${watch.version}; an answer has ${ANSWER.tokens} events with text`);
  {
    await using processes = await startProcesses(model, redis.url, watch, NO_STATISTICS);
    printKinds(await countKinds(processes));
  }
  await using processes = await startProcesses(model, redis.url, watch, {});
  printSeconds(await countSeconds(processes));
}

async function startProcesses(
  model: Process<number>,
  redisUrl: string,
  watch: RedisWatch,
  environment: Environment,
): Promise<Processes & AsyncDisposable> {
  const startNamed = async (name: string) => {
    const ours = { REDIS_URL: redisUrl, STREAM_COALESCE_MS: COALESCE_MS, ...environment };
    const modelUrl = `http://127.0.0.1:${model.told}/v1`;
    const gateway = await start<string>('gateway.ts', modelUrl, JSON.stringify(ours));
    await watch.nameConnections(name);
    return gateway;
  };
  const one = await startNamed('one');
  const other = await startNamed('other');
  return {
    ...{ model, watch, one: one.told, other: other.told },
    async [Symbol.asyncDispose]() {
      await one[Symbol.asyncDispose]();
      await other[Symbol.asyncDispose]();
    },
  };
}

async function countSeconds(processes: Processes): Promise<ReadonlyMap<string, Count>> {
  const { one, other, watch } = processes;
  await setTimeout(SETTLE_MS);
  const idle = await watch.countOfEachSecond(SECONDS);
  const id = await startGeneration(one, { prompt: 'hang' });
  await using listener = openGeneration(other, id);
  await listener.ask();
  await setTimeout(SETTLE_MS);
  const silent = await watch.countOfEachSecond(SECONDS);
  return new Map([
    ['idle', idle],
    ['a silent run of one, followed by other', silent],
  ]);
}

function printKinds(kinds: ReadonlyMap<string, Taken>) {
  const rows = [...kinds].map(([name, { untilItStands, untilItsEnd }]) => [
    name,
    `${total(untilItStands.roundTrips)}`,
    untilItsEnd === null ? '–' : `${total(untilItsEnd.roundTrips)}`,
    `${total(untilItStands.inScripts) + (untilItsEnd ? total(untilItsEnd.inScripts) : 0)}`,
    kib(untilItStands.bytesTo + (untilItsEnd?.bytesTo ?? 0)),
    kib(untilItStands.bytesFrom + (untilItsEnd?.bytesFrom ?? 0)),
  ]);
  const head = ['round trips', 'until it stands', 'until its end', 'commands in scripts'];
  printTable([[...head, 'to Redis', 'from Redis'], ...rows]);
  for (const [name, { untilItStands, untilItsEnd }] of kinds) {
    console.log(name);
    printCommands('until it stands', untilItStands);
    if (untilItsEnd !== null) printCommands('until its end', untilItsEnd);
  }
}

function printCommands(when: string, { roundTrips, inScripts }: Count) {
  console.log(`  ${when}: ${list(roundTrips)}`);
  if (inScripts.size > 0) console.log(`    in scripts: ${list(inScripts)}`);
}

function printSeconds(seconds: ReadonlyMap<string, Count>) {
  for (const [name, count] of seconds) {
    const { roundTrips, bytesTo, bytesFrom } = count;
    const each = `${total(roundTrips).toFixed(1)} round trips, ${kib(bytesTo)} to Redis, ${kib(bytesFrom)} from it`;
    console.log(`two processes, ${name}: each second ${each}`);
    printCommands('each second', count);
  }
}

function list(numbers: ReadonlyMap<string, number>): string {
  return [...numbers]
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, number]) => `${name} × ${Number(number.toFixed(1))}`)
    .join(', ');
}

const kib = (bytes: number) => `${(bytes / 1024).toFixed(1)} KiB`;
