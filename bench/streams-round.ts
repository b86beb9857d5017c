import type { Answer } from './answer.ts';
import { now } from './now.ts';
import type { Span } from './pace.ts';
import { type Process, start } from './processes.ts';
import type { Recording } from './recording.ts';
import type { Heard, ToListeners } from './stream-listeners.ts';

/** One answer, streamed to all listeners of one server. Times are milliseconds. */
export type Round = {
  /** From the first listener's asking until all had heard that the answer began. */
  readonly joinMs: number;
  /** From the first token's leaving its source until each listener had it. */
  readonly firstTokenMs: readonly number[];
  /** From the last token's leaving its source until every listener had it. */
  readonly behindMs: number;
  /** All listeners' tokens over the time from the first token's leaving to the last one's arrival. */
  readonly tokensPerSecond: number;
  /** The same over the time that the source took. */
  readonly offeredPerSecond: number;
  readonly framesPerListener: number;
  /** Listeners that did not get the exact text: the round does not count. */
  readonly wrong: number;
};

/** A server with `listeners`, each on a socket of its own, in a process beside it. */
export type Contender = AsyncDisposable & {
  /** Has them all ask for one answer, and gives it when all listen. */
  play(answer: Answer): Promise<Round>;
};

/**
 * The gateway before a model that speaks when it is told; `recording` is of the last round.
 *
 * @param begin has the run begun by somebody else before anybody listens
 */
export async function gatewayWith(
  { model, gateway }: { model: Process<number>; gateway: Process<string> },
  count: number,
  begin: (prompt: string) => Promise<unknown> = async () => {},
): Promise<Contender & { recording(): Recording }> {
  const listeners = await listenersOf(gateway.told.replace('http', 'ws'), count);
  let recording: Recording = { started: '', texts: [], ended: '' };
  return {
    recording: () => recording,
    async play(answer) {
      const speak = () => model.ask<Span>(answer);
      const { round, heard } = await play(listeners, answer, speak, begin);
      recording = heard.recording;
      return round;
    },
    [Symbol.asyncDispose]: () => listeners[Symbol.asyncDispose](),
  };
}

/**
 * The bare server, which sends what `recording` tells of the gateway's last round: at the times at which it
 * came, or for an answer without a pace, all at once.
 */
export async function bareWith(
  server: Process<string>,
  count: number,
  recording: () => Recording,
): Promise<Contender> {
  const listeners = await listenersOf(server.told, count);
  return {
    async play(answer) {
      await server.ask(answer.everyMs === 0 ? atOnce(recording()) : recording());
      const replay = () => server.ask<Span>('replay');
      const { round } = await play(listeners, answer, replay, async () => {});
      return round;
    },
    [Symbol.asyncDispose]: () => listeners[Symbol.asyncDispose](),
  };
}

type Listeners = { readonly count: number; ask<Told>(message: ToListeners): Promise<Told> };

async function listenersOf(url: string, count: number): Promise<Listeners & AsyncDisposable> {
  return { ...(await start<'open'>('stream-listeners.ts', url, `${count}`)), count };
}

let played = 0;

async function play(
  { ask, count }: Listeners,
  { tokens }: Answer,
  speak: () => Promise<Span>,
  begin: (prompt: string) => Promise<unknown>,
): Promise<{ round: Round; heard: Heard }> {
  played += 1;
  const prompt = `wait for answer ${played}`;
  await begin(prompt);
  const askedAt = now();
  await ask({ prompt });
  const joinMs = now() - askedAt;
  const [said, heard] = await Promise.all([speak(), ask<Heard>({ tokens })]);
  const perSecond = (untilAt: number) => (tokens * count * 1000) / (untilAt - said.firstAt);
  const round = {
    joinMs,
    firstTokenMs: heard.firstAt.map((at) => at - said.firstAt),
    behindMs: heard.lastAt - said.lastAt,
    tokensPerSecond: perSecond(heard.lastAt),
    offeredPerSecond: perSecond(said.lastAt),
    framesPerListener: heard.frames / count,
    wrong: heard.wrong,
  };
  return { round, heard };
}

function atOnce(recording: Recording): Recording {
  return { ...recording, texts: recording.texts.map(({ payload }) => ({ payload, afterMs: 0 })) };
}
