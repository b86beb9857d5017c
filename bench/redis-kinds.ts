import type { Answer } from './answer.ts';
import {
  cancelGeneration,
  generate,
  type Listener,
  openGeneration,
  openStream,
  startGeneration,
} from './graphql.ts';
import type { Span } from './pace.ts';
import type { Process } from './processes.ts';
import { beyond, type Count, fewest } from './redis-count.ts';
import type { RedisWatch } from './redis-watch.ts';

/** Two gateway processes around one Redis, before one model. */
export type Processes = {
  readonly model: Process<number>;
  readonly one: string;
  readonly other: string;
  readonly watch: RedisWatch;
};

/** What a request takes of Redis. */
export type Taken = {
  readonly untilItStands: Count;
  /** From the first token of the answer on; null when there is none to wait for. */
  readonly untilItsEnd: Count | null;
};

/** Each of these makes an event of its own. */
export const ANSWER: Answer = { tokens: 50, everyMs: 5 };
/** What the gateways coalesce, for that. */
export const COALESCE_MS = '1';
/** Of the log, without the start: one for each token, and the end. */
const APPENDS = ANSWER.tokens + 1;

const ROUNDS = 9;
const TRIES = 3 * ROUNDS;

/** What the last command of a request is about before it waits for its answer. */
const TAKEN_UP = ' generation ';

type Kind = (processes: Processes, prompt: string) => Promise<Taken>;

/** The answer has been given before. */
const hit: Kind = async ({ one, watch }) => ({
  untilItStands: await watch.countOf(() => generate(one, { prompt: 'known' }), TAKEN_UP),
  untilItsEnd: null,
});

const missByHttp: Kind = async ({ model, one, watch }, prompt) => {
  const waiting = Promise.withResolvers<void>();
  waiting.promise.catch(() => {});
  const untilItStands = await watch.countOf(async () => {
    generate(one, { prompt }).then(waiting.resolve, waiting.reject);
  }, TAKEN_UP);
  return { untilItStands, untilItsEnd: await answer({ model, watch }, waiting.promise) };
};

const missBySocket: Kind = ({ model, one, watch }, prompt) =>
  streamed({ model, watch }, openStream(one, { prompt }), TAKEN_UP);

/** A run that nobody listens to goes on at one process; then another asks the same. */
function joinAt(where: 'one' | 'other'): Kind {
  return async (processes, prompt) => {
    await processes.watch.countOf(async () => {
      await startGeneration(processes.one, { prompt });
    }, TAKEN_UP);
    return missByHttp({ ...processes, one: processes[where] }, prompt);
  };
}

const resumeElsewhere: Kind = async ({ model, one, other, watch }, prompt) => {
  let id = '';
  await watch.countOf(async () => {
    id = await startGeneration(one, { prompt });
  }, TAKEN_UP);
  return streamed({ model, watch }, openGeneration(other, id), '');
};

async function streamed(
  { model, watch }: Pick<Processes, 'model' | 'watch'>,
  opened: Listener,
  until: string,
): Promise<Taken> {
  await using listener = opened;
  const untilItStands = await watch.countOf(() => listener.ask(), until);
  return { untilItStands, untilItsEnd: await answer({ model, watch }, listener.ended) };
}

/** With the end of the run, which nobody else listens to. */
const cancelElsewhere: Kind = async ({ one, other, watch }, prompt) => {
  let id = '';
  await watch.countOf(async () => {
    id = await startGeneration(one, { prompt: `hang ${prompt}` });
  }, TAKEN_UP);
  return {
    untilItStands: await watch.countOf(() => cancelGeneration(other, id)),
    untilItsEnd: null,
  };
};

function answer(
  { model, watch }: Pick<Processes, 'model' | 'watch'>,
  heard: Promise<void>,
): Promise<Count> {
  return watch.countOf(async () => {
    await model.ask<Span>(ANSWER);
    await heard;
  });
}

/** What each kind of request takes; of those that come to a run, what it takes more than the run alone. */
export async function countKinds(processes: Processes): Promise<ReadonlyMap<string, Taken>> {
  await generate(processes.one, { prompt: 'known' });
  const miss = await countKind(processes, missByHttp);
  const more = async (kind: Kind) => {
    const { untilItStands, untilItsEnd } = await countKind(processes, kind);
    return {
      untilItStands,
      untilItsEnd: untilItsEnd && miss.untilItsEnd && beyond(untilItsEnd, miss.untilItsEnd),
    };
  };
  return new Map([
    ['hit, HTTP', await countKind(processes, hit)],
    ['miss, HTTP', miss],
    ['miss, WebSocket', await countKind(processes, missBySocket)],
    ['join in the process of the run, HTTP', await more(joinAt('one'))],
    ['join in another process, HTTP', await more(joinAt('other'))],
    ['resume in another process, WebSocket', await more(resumeElsewhere)],
    ['cancel in another process, HTTP', await countKind(processes, cancelElsewhere)],
  ]);
}

let asked = 0;

async function countKind(processes: Processes, kind: Kind): Promise<Taken> {
  const rounds: Taken[] = [];
  for (let tries = 0; rounds.length < ROUNDS; tries += 1) {
    if (tries === TRIES) throw new Error('The tokens do not come one by one: too much else runs.');
    asked += 1;
    const taken = await kind(processes, `wait for answer ${asked}`);
    if (isWhole(taken)) rounds.push(taken);
  }
  const ends = rounds.flatMap(({ untilItsEnd }) => untilItsEnd ?? []);
  return {
    untilItStands: fewest(rounds.map(({ untilItStands }) => untilItStands)),
    untilItsEnd: ends.length === 0 ? null : fewest(ends),
  };
}

/** Whether each token of the answer, if there was one, has made an event of its own. */
function isWhole({ untilItsEnd }: Taken): boolean {
  return untilItsEnd === null || untilItsEnd.inScripts.get('XADD') === APPENDS;
}
