import type { Answer } from './answer.ts';
import { latencyOf } from './latency.ts';
import { start } from './processes.ts';
import { bareWith, type Contender, gatewayWith, type Round } from './streams-round.ts';

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

/**
 * Prints what many listeners of one answer get from the gateway, beside a bare WebSocket server that sends
 * them the frames that the gateway sent to one of them.
 */
export async function reportStreams() {
  await using model = await start<number>('model-server.ts');
  await using gateway = await start<string>('gateway.ts', `http://127.0.0.1:${model.told}/v1`);
  await using bare = await start<string>('bare-sockets.ts');
  for (const { listeners, short, paced, atOnce } of PLANS) {
    await using throughGateway = await gatewayWith({ model, gateway }, listeners);
    await using fromBare = await bareWith(bare, listeners, throughGateway.recording);
    const contenders = { gateway: throughGateway, bare: fromBare };
    // The first round of all is warm-up.
    await playInTurns(contenders, SHORT, 1);
    console.log(`listeners: ${listeners}, each on a socket of its own`);
    printFirstToken(await playInTurns(contenders, SHORT, short));
    printPaced(await playInTurns(contenders, PACED, paced), listeners);
    printAtOnce(await playInTurns(contenders, AT_ONCE, atOnce));
  }
}

type Both<Value> = { readonly gateway: Value; readonly bare: Value };

/** Rounds of both in turns, without those in which a listener did not get the exact text. */
async function playInTurns(
  { gateway, bare }: Both<Contender>,
  answer: Answer,
  turns: number,
): Promise<Both<Round[]>> {
  const rounds = { gateway: [] as Round[], bare: [] as Round[] };
  for (let turn = 0; turn < turns; turn += 1) {
    const played = await gateway.play(answer);
    if (!isValid('gateway', played)) continue;
    const replayed = await bare.play(answer);
    if (!isValid('bare server', replayed)) continue;
    rounds.gateway.push(played);
    rounds.bare.push(replayed);
  }
  return rounds;
}

function isValid(name: string, { wrong }: Round): boolean {
  if (wrong === 0) return true;
  console.log(
    `  INVALID, not counted: ${wrong} listeners of the ${name} did not get the exact text`,
  );
  process.exitCode = 1;
  return false;
}

function printFirstToken(rounds: Both<Round[]>) {
  const { gateway, bare } = each(rounds, (some) =>
    latencyOf(some.flatMap(({ firstTokenMs }) => firstTokenMs)),
  );
  const join = each(rounds, (some) => median(some.map(({ joinMs }) => joinMs)));
  console.log(
    `  first token: + ${ms(gateway.p50 - bare.p50)} p50, + ${ms(gateway.p99 - bare.p99)} p99 ` +
      `(gateway ${ms(gateway.p50)} and ${ms(gateway.p99)}, bare ${ms(bare.p50)} and ${ms(bare.p99)}; ` +
      `${gateway.count} first tokens each)`,
  );
  console.log(
    `  all have asked and heard of the start: ${ms(join.gateway)}, bare ${ms(join.bare)}`,
  );
}

function printPaced(rounds: Both<Round[]>, listeners: number) {
  const offered = (listeners * 1000) / PACED.everyMs;
  const share = each(rounds, (some) =>
    median(some.map((round) => round.tokensPerSecond / round.offeredPerSecond)),
  );
  const behind = each(rounds, (some) => median(some.map(({ behindMs }) => behindMs)));
  console.log(
    `  ${PACED.tokens} tokens, one every ${PACED.everyMs} ms: ` +
      `${percent(share.gateway)} of ${offered} tokens/s delivered, bare ${percent(share.bare)}; ` +
      `last token ${ms(behind.gateway)} behind, bare ${ms(behind.bare)}; ${framesOf(rounds)}`,
  );
}

function printAtOnce(rounds: Both<Round[]>) {
  const { gateway, bare } = each(rounds, (some) =>
    median(some.map(({ tokensPerSecond }) => tokensPerSecond)),
  );
  console.log(
    `  ${AT_ONCE.tokens} tokens at once: × ${(gateway / bare).toPrecision(2)} of the bare server's rate: ` +
      `${millions(gateway)} tokens/s, bare ${millions(bare)}; ${framesOf(rounds)}`,
  );
}

function framesOf(rounds: Both<Round[]>): string {
  const { gateway, bare } = each(rounds, (some) =>
    median(some.map(({ framesPerListener }) => framesPerListener)),
  );
  return `${gateway.toFixed(1)} frames a listener, bare ${bare.toFixed(1)}`;
}

function each<Value>(rounds: Both<Round[]>, of: (some: Round[]) => Value): Both<Value> {
  return { gateway: of(rounds.gateway), bare: of(rounds.bare) };
}

function median(values: readonly number[]): number {
  return latencyOf(values).p50;
}

const ms = (value: number) => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const millions = (value: number) => `${(value / 1e6).toFixed(2)} M`;
