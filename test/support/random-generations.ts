import { expect } from 'vitest';
import type { GenerationSnapshot } from '../../src/generation/generation.ts';
import type { GenerationService } from '../../src/generation/service.ts';
import {
  type Asked,
  type GenerationDiary,
  keepDiary,
  keyOf,
  type Listener,
  questionOf,
  type Told,
} from './generation-diary.ts';
import { randomClients } from './random-clients.ts';
import { type Reported, randomService } from './random-service.ts';
import { type RandomCall, randomUpstream } from './random-upstream.ts';
import { seededDice } from './seeded-dice.ts';
import { inVirtualTime, type VirtualTime } from './virtual-time.ts';

/** Who comes back in spite of that many cancellations will come back for ever. */
const MOST_ROUNDS = 20;

/** All that happened in one scenario, once it is over. */
export type History = {
  readonly asked: readonly Asked[];
  readonly listeners: readonly Listener[];
  readonly told: readonly Told[];
  /** Whose generation was started and never followed. */
  readonly neverFollowed: readonly Asked[];
  readonly calls: readonly RandomCall<Asked>[];
  readonly reported: readonly Reported[];
  /** What each id leads to in the end; an id that leads to nothing is missing. */
  readonly finals: ReadonlyMap<string, GenerationSnapshot>;
};

/**
 * Plays the scenario of a seed: clients who ask, listen, leave, come back and cancel, in front of the real
 * service, in front of models that answer, fail and hang. Equal seeds play alike.
 *
 * @throws when somebody waits for what never comes, or something goes on for nobody
 */
export function playGenerations(seed: number): Promise<History> {
  return inVirtualTime(async (time) => {
    const dice = seededDice(seed);
    const upstream = randomUpstream<Asked>(dice);
    const { service, log, logs, reported, issuedIds } = randomService(dice, upstream);
    const diary = keepDiary({ service, upstream, issuedIds });
    const clients = randomClients(dice, service, diary);

    const failures: unknown[] = [];
    for (let count = 8 + dice.below(20); count > 0; count--) {
      clients.play().catch((failure: unknown) => failures.push(failure));
    }
    const stopped = dice.chance(0.1) ? stopSoon(dice.below(40), service) : null;
    await time.untilIdle();
    for (const failure of failures) throw failure;
    assertOnlyHangingModelsGoOn(diary, upstream.calls);

    clients.close();
    await endAll(time, service, diary);
    await stopped;
    for (const failure of failures) throw failure;
    const finals = new Map<string, GenerationSnapshot>();
    for (const { id, caller } of diary.asked) {
      const generation = await time.through(service.find(id, caller));
      if (generation !== null) finals.set(id, generation);
    }
    await time.through(service.drain(new AbortController().signal));

    expect([...diary.waiting], 'who still waits').toEqual([]);
    expect(service.activity()).toEqual({ generations: 0, subscribers: 0 });
    expect(log.describe(), 'the logs').toMatchObject({ running: 0, readers: 0 });
    expect(
      upstream.calls.filter(({ open }) => open),
      'open calls',
    ).toEqual([]);
    expect(
      logs.filter(({ level }) => level === 'error'),
      'error lines',
    ).toEqual([]);
    const { asked, listeners, told } = diary;
    const neverFollowed = diary.startedAndNotFollowed().filter((start) => isAlone(start, asked));
    return { asked, listeners, told, neverFollowed, calls: upstream.calls, reported, finals };
  });
}

/** The process is told to end in the midst of it. */
async function stopSoon(afterMs: number, service: GenerationService) {
  const deadline = new AbortController();
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  setTimeout(() => deadline.abort(), 10);
  await service.drain(deadline.signal);
}

/** Nothing is due any more: who waits, waits for a model that hangs, and such a model has someone who waits. */
function assertOnlyHangingModelsGoOn(diary: GenerationDiary, calls: History['calls']) {
  const live = calls.filter(({ open }) => open).map(({ owner }) => questionOf(owner));
  const awaited = [...diary.waiting].map(questionOf);
  const wanted = [...awaited, ...diary.startedAndNotFollowed().map(questionOf)];
  const inVain = awaited.filter((question) => !live.includes(question));
  const forNobody = live.filter((question) => !wanted.includes(question));
  expect(inVain, 'what is waited for in vain').toEqual([]);
  expect(forNobody, 'what goes on for nobody').toEqual([]);
}

async function endAll(time: VirtualTime, service: GenerationService, diary: GenerationDiary) {
  for (let round = 0; service.activity().generations > 0; round++) {
    if (round > MOST_ROUNDS) throw new Error('Generations go on although all were cancelled.');
    const cancelled = diary.asked.map(({ id, caller }) => diary.cancel(id, caller));
    await time.through(Promise.all(cancelled));
  }
}

/** Whether nobody else stands for its generation, or may have for a while. */
export function isAlone(start: Asked, asked: readonly Asked[]): boolean {
  const others = asked.filter((other) => other !== start && keyOf(other) === keyOf(start));
  return (
    start.generationId === start.id &&
    others.every(
      ({ generationId, refusal }) =>
        refusal !== null || (generationId !== null && generationId !== start.id),
    )
  );
}
