import { startRedis } from '../test/support/redis-server.ts';
import type { Answer } from './answer.ts';
import { startGeneration } from './graphql.ts';
import { latencyOf, median } from './latency.ts';
import { start } from './processes.ts';
import { bareWith, type Contender, gatewayWith, type Round } from './streams-round.ts';
import { printTable } from './table.ts';

const AT_ONCE: Answer = { tokens: 20_000, everyMs: 0 };
const PACED: Answer = { tokens: 300, everyMs: 10 };
/** Long enough to have a first token that is not the last. */
const SHORT: Answer = { tokens: 3, everyMs: 10 };

/** How many listeners, and how often each kind of answer is played to them by each server. */
const PLANS = [
  { listeners: 1, short: 100, paced: 2, atOnce: 8 },
  { listeners: 100, short: 10, paced: 2, atOnce: 6 },
  { listeners: 1_000, short: 5, paced: 2, atOnce: 4 },
] as const;

/** Who streams to the listeners, in the order of their turns. */
const NAMES = ['memory', 'redis', 'elsewhere', 'bare'] as const;
const TITLES: Each<string> = {
  memory: 'log in memory',
  redis: 'log in Redis',
  elsewhere: 'run elsewhere',
  bare: 'bare server',
};

type Each<Value> = Readonly<Record<(typeof NAMES)[number], Value>>;

/**
 * Prints what many listeners of one answer get: from a gateway with its log in memory; from one with its log in
 * Redis; from a process beside that one, which goes on with the run; and from a bare WebSocket server, which sends
 * the frames that the first sent to one listener.
 */
export async function reportStreams() {
  await using model = await start<number>('model-server.ts');
  await using redis = await startRedis();
  await using bare = await start<string>('bare-sockets.ts');
  const modelUrl = `http://127.0.0.1:${model.told}/v1`;
  const onRedis = JSON.stringify({ REDIS_URL: redis.url });
  await using alone = await start<string>('gateway.ts', modelUrl);
  await using one = await start<string>('gateway.ts', modelUrl, onRedis);
  await using other = await start<string>('gateway.ts', modelUrl, onRedis);
  const beginAtOne = (prompt: string) => startGeneration(one.told, { prompt });
  for (const { listeners, short, paced, atOnce } of PLANS) {
    await using throughMemory = await gatewayWith({ model, gateway: alone }, listeners);
    await using throughRedis = await gatewayWith({ model, gateway: one }, listeners);
    await using elsewhere = await gatewayWith({ model, gateway: other }, listeners, beginAtOne);
    await using fromBare = await bareWith(bare, listeners, throughMemory.recording);
    const contenders = {
      memory: throughMemory,
      redis: throughRedis,
      ...{ elsewhere, bare: fromBare },
    };
    // The first round of all is warm-up.
    await playInTurns(contenders, SHORT, 1);
    const shortRounds = await playInTurns(contenders, SHORT, short);
    const pacedRounds = await playInTurns(contenders, PACED, paced);
    const atOnceRounds = await playInTurns(contenders, AT_ONCE, atOnce);
    const { count } = firstTokenOf(shortRounds.bare);
    console.log(
      `listeners: ${listeners}, each on a socket of its own; ${count} first tokens of each server`,
    );
    printTable([
      ['', ...NAMES.map((name) => TITLES[name])],
      ...firstTokenRows(shortRounds),
      ...pacedRows(pacedRounds),
      ...atOnceRows(atOnceRounds),
    ]);
  }
}

/** Rounds of all in turns, without those in which a listener did not get the exact text. */
async function playInTurns(
  contenders: Each<Contender>,
  answer: Answer,
  turns: number,
): Promise<Each<Round[]>> {
  const rounds: Each<Round[]> = { memory: [], redis: [], elsewhere: [], bare: [] };
  for (let turn = 0; turn < turns; turn += 1) {
    for (const name of NAMES) {
      const round = await contenders[name].play(answer);
      if (isValid(TITLES[name], round)) rounds[name].push(round);
    }
  }
  return rounds;
}

function isValid(title: string, { wrong }: Round): boolean {
  if (wrong === 0) return true;
  console.log(`  INVALID, not counted: ${title}, ${wrong} listeners did not get the exact text`);
  process.exitCode = 1;
  return false;
}

function firstTokenRows(rounds: Each<Round[]>): string[][] {
  const bare = firstTokenOf(rounds.bare);
  return [
    row('first token, p50', rounds, (some) => ms(firstTokenOf(some).p50)),
    row('first token, p99', rounds, (some) => ms(firstTokenOf(some).p99)),
    row('  later than bare, p50', rounds, (some) => ms(firstTokenOf(some).p50 - bare.p50)),
    row('  later than bare, p99', rounds, (some) => ms(firstTokenOf(some).p99 - bare.p99)),
    row('all have asked and heard of the start', rounds, (some) =>
      ms(medianOf(some, ({ joinMs }) => joinMs)),
    ),
  ];
}

function pacedRows(rounds: Each<Round[]>): string[][] {
  const { tokens, everyMs } = PACED;
  return [
    row(`${tokens} tokens, one every ${everyMs} ms: delivered`, rounds, (some) =>
      percent(
        medianOf(some, ({ tokensPerSecond, offeredPerSecond }) => {
          return tokensPerSecond / offeredPerSecond;
        }),
      ),
    ),
    row('  last token behind its source', rounds, (some) =>
      ms(medianOf(some, ({ behindMs }) => behindMs)),
    ),
    framesRow(rounds),
  ];
}

function atOnceRows(rounds: Each<Round[]>): string[][] {
  const rateOf = (some: Round[]) => medianOf(some, ({ tokensPerSecond }) => tokensPerSecond);
  const bare = rateOf(rounds.bare);
  return [
    row(`${AT_ONCE.tokens} tokens at once: of the bare rate`, rounds, (some) => {
      return `× ${(rateOf(some) / bare).toPrecision(2)}`;
    }),
    row('  tokens/s', rounds, (some) => millions(rateOf(some))),
    framesRow(rounds),
  ];
}

function framesRow(rounds: Each<Round[]>): string[] {
  return row('  frames a listener', rounds, (some) =>
    medianOf(some, ({ framesPerListener }) => framesPerListener).toFixed(1),
  );
}

function row(title: string, rounds: Each<Round[]>, of: (some: Round[]) => string): string[] {
  return [title, ...NAMES.map((name) => of(rounds[name]))];
}

function firstTokenOf(rounds: readonly Round[]) {
  return latencyOf(rounds.flatMap(({ firstTokenMs }) => firstTokenMs));
}

function medianOf(rounds: readonly Round[], of: (round: Round) => number): number {
  return median(rounds.map(of));
}

const ms = (value: number) => `${value.toFixed(Math.abs(value) < 10 ? 2 : 0)} ms`;
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const millions = (value: number) => `${(value / 1e6).toFixed(2)} M`;
