import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import type { GenerationSnapshot } from '../../src/generation/generation.ts';
import { RunLogFenced } from '../../src/generation/run-log.ts';
import { checkAccounts, standsForOne } from './account-invariants.ts';
import { type Asked, keyOf, type Listener, questionOf, type Told } from './generation-diary.ts';
import { checkLogs, tellsWhatRedisHas } from './logs-in-redis.ts';
import { checkProcessAccounts, recordsOf } from './process-accounts.ts';
import { mayLoseTouch } from './random-faults.ts';
import type { History } from './random-generations.ts';
import type { ProcessesHistory } from './random-processes.ts';
import {
  besideUsage,
  checkWhatWasHeard,
  heardEnd,
  hearsOneStory,
  hearTheSameEnd,
  isNotAbandonedWhileItWaits,
  pieceHeard,
  saysWhatTheModelSaid,
} from './story-invariants.ts';

const FENCED = new RunLogFenced().message;

/** A call that is broken off in one process may be over a little later than the next begins in the other. */
const LATE_MOMENTS = 8;

/** Two processes count the milliseconds of one generation from clocks of their own. */
const CLOCKS_APART_MS = 5;

/**
 * What must hold of two processes. Where nothing but words between them is lost, it is all that holds of one process,
 * but that a question may be asked twice when somebody comes just as a run is given up.
 *
 * Where a process is lost, is cut off, or Redis comes back empty:
 * - Who listens hears one story: seq rises and offsets have no gap since the last reset. A process that goes on
 *   without Redis may tell one of its own: whoever comes from it or to it may hear again what he has heard.
 * - What somebody has heard of is found by all who stay, unless it came from the cache.
 * - What is heard is the beginning of what one call said, and an answer that is finished is all of a call that
 *   finished, made for an equal request.
 * - Who waits without a break is not taken for one who has left, but by processes that do not see him.
 * - A generation ends in one way for all who hear of it; a process that is cut off may end its own part in another.
 * - An idempotency key stands for one generation, as long as Redis keeps it.
 * - The log in Redis is one story, and who was in touch with Redis all the time tells what it tells.
 * - There is one live call for a question, and one take-over of a run at most for each process that was lost.
 *   Where Redis was away, each process may have asked for itself.
 * - The accounts are those of `checkProcessAccounts`.
 */
export function checkProcesses(history: ProcessesHistory) {
  const { scenario, calls, told } = history;
  logsSayNothingOdd(history);
  logsAreInOrder(history);
  for (const { generation } of told) {
    expect(generation.failure?.message, 'what no client is to be told').not.toBe(FENCED);
  }
  if (!mayLoseTouch(scenario.fault)) {
    findWhatIsKnown(history);
    if (history.timesApart === 0) oneCallAtATimeForAQuestion(calls);
  }
  if (scenario.fault === 'none') {
    const one = asOfOneProcess(history);
    checkWhatWasHeard(one);
    checkAccounts(one);
  } else {
    checkStoriesOfSome(history);
    checkProcessAccounts(history);
  }
}

/** The first process may be cut off; the other is in touch with Redis as long as Redis is there. */
function logsAreInOrder({ inRedis, scenario, processes }: ProcessesHistory) {
  expect(inRedis.keysForEver, 'keys in Redis that never expire').toEqual([]);
  checkLogs(inRedis);
  if (scenario.fault === 'wiped') return;
  const inTouch = processes.filter(({ name }) => scenario.fault !== 'cutOff' || name === 'other');
  for (const { finals } of inTouch) {
    for (const final of finals.values()) tellsWhatRedisHas(final, inRedis);
  }
}

function checkStoriesOfSome(history: ProcessesHistory) {
  const { scenario, asked, calls, listeners, told } = history;
  for (const listener of listeners) {
    for (const story of storiesOf(listener, history)) {
      hearsOneStory(story);
      hearsWhatOneCallSaid(story, calls);
    }
  }
  // Who is called off before a model was called has nothing to tell.
  for (const { generation } of told.filter(hasOutput)) {
    saysWhatTheModelSaid(generation, askedFor(generation, asked), calls);
  }
  if (scenario.fault === 'cutOff') return;
  hearTheSameEnd(listeners);
  for (const same of Map.groupBy(told, ({ generation }) => generation.id).values()) {
    tellTheSameEnd(same);
  }
  if (scenario.fault === 'wiped') return;
  for (const each of told) isNotAbandonedWhileItWaits(asSentFirst(each));
  // What was begun by a process that was lost before it said so goes on, if at all, for nobody.
  const known = new Set(asked.map(({ generationId }) => generationId));
  const finals = new Map([...finalsOf(history)].filter(([id]) => known.has(id)));
  for (const group of Map.groupBy(asked, keyOf).values()) standsForOne(group, finals);
}

function hasOutput({ generation: { text, reasoning } }: Told): boolean {
  return text !== '' || (reasoning ?? '') !== '';
}

/** Who sends again what another process is just giving up may hear of that: he has come too late. */
function asSentFirst(told: Told): Told {
  return told.patient?.id === told.generation.id ? told : { ...told, patient: null };
}

/** The history of one process that did what both have done; times are told as who reported has told them. */
function asOfOneProcess(history: ProcessesHistory): History {
  const finals = finalsOf(history);
  return {
    ...history,
    finals,
    reported: recordsOf(history),
    told: history.told.map(asSentFirst).map((each) => {
      const { generation } = each;
      const final = finals.get(generation.id);
      if (generation.status === 'RUNNING' || final === undefined) return each;
      return { ...each, generation: { ...generation, timing: evened(generation, final) } };
    }),
  };
}

/** As told by the process that reported it, else by any. */
function finalsOf({ processes }: ProcessesHistory): Map<string, GenerationSnapshot> {
  const finals = new Map<string, GenerationSnapshot>();
  for (const process of processes) for (const [id, final] of process.finals) finals.set(id, final);
  for (const { reported, finals: own } of processes) {
    for (const { generationId } of reported) {
      const final = own.get(generationId);
      if (final !== undefined) finals.set(generationId, final);
    }
  }
  return finals;
}

function evened({ id, timing }: GenerationSnapshot, final: GenerationSnapshot) {
  for (const key of ['firstTokenMs', 'totalMs', 'upstreamMs', 'overheadMs'] as const) {
    const apart = Math.abs((timing[key] ?? 0) - (final.timing[key] ?? 0));
    expect(apart, `${key} of ${id} in two processes`).toBeLessThan(CLOCKS_APART_MS);
  }
  return final.timing;
}

/** Where nothing goes wrong nobody warns of anything, and nothing unforeseen happens anywhere. */
function logsSayNothingOdd({ scenario, processes }: ProcessesHistory) {
  const odd = scenario.fault === 'none' ? ['error', 'warn'] : ['error'];
  const lines = processes.flatMap(({ logs }) => logs.filter(({ level }) => odd.includes(level)));
  expect(lines, 'log lines').toEqual([]);
  const takenOver = processes.flatMap(({ logs, isGone }) =>
    isGone ? [] : logs.filter(({ message }) => message === 'run of another process taken over'),
  );
  const runs = takenOver.map((line) => String(line['runId']));
  if (scenario.fault === 'wiped') expect(runs, 'runs of living owners taken over').toEqual([]);
  if (mayLoseTouch(scenario.fault)) return;
  expect(new Set(runs).size, `take-overs of ${runs}`).toBe(runs.length);
}

/** Who bypasses the cache asks alone. */
function oneCallAtATimeForAQuestion(calls: ProcessesHistory['calls']) {
  const shared = calls.filter(({ owner }) => owner.request.cache.mode !== 'BYPASS');
  for (const same of Map.groupBy(shared, ({ owner }) => questionOf(owner)).values()) {
    for (const [index, call] of same.entries()) {
      const before = same[index - 1];
      const late = before?.finish === null ? LATE_MOMENTS : 0;
      const message = `call ${call.number} beside ${before?.number} for the same question`;
      expect(call.beganAt + late, message).toBeGreaterThan(before?.overAt ?? -1);
    }
  }
}

/** All that was heard, as one story; where a process may be ahead of Redis, a story for each stay at a process. */
function storiesOf(listener: Listener, { scenario, heardAt }: ProcessesHistory): Listener[] {
  if (!mayLoseTouch(scenario.fault)) return [listener];
  const stories: Listener[] = [];
  let place: unknown = null;
  for (const event of listener.heard) {
    const story = stories.at(-1);
    if (story !== undefined && heardAt(event) === place) story.heard.push(event);
    else stories.push({ ...listener, ...(story && { afterSeq: event.seq - 1 }), heard: [event] });
    place = heardAt(event);
  }
  return stories;
}

/** The text is the beginning of what one call said, or of what it said from some place on. */
function hearsWhatOneCallSaid(listener: Listener, calls: ProcessesHistory['calls']) {
  const { text, offset } = pieceHeard(listener);
  const who = `text that was heard of ${listener.generationId}`;
  expect(
    text === '' || calls.some((call) => call.text.startsWith(text, offset)),
    `${who}: ${JSON.stringify(text)} from ${offset}`,
  ).toBe(true);
  const end = listener.heard.at(-1);
  if (heardEnd(listener) && end?.type === 'finished') {
    expect(end.generation.text.slice(offset), `all of the ${who}`).toBe(text);
  }
}

/** A hit is known in the process that has it first of all, and to others a little later. */
function findWhatIsKnown({ visits, listeners, told, asked, processes }: ProcessesHistory) {
  const inRuns = new Set([
    ...told.filter(({ generation }) => !generation.cached).map(({ generation }) => generation.id),
    ...listeners
      .filter(({ heard }) => heard.some((event) => event.type === 'started' && !event.cached))
      .map(({ generationId }) => generationId),
  ]);
  const missed = visits.filter(
    ({ what, answered, generationId, tenant }) =>
      what === 'resume' &&
      !answered &&
      inRuns.has(generationId) &&
      asked.some(({ id, caller }) => id === generationId && caller.tenant === tenant),
  );
  expect(missed, 'what was heard of and could not be resumed').toEqual([]);
  for (const { name, isGone, finals } of processes) {
    const unknown = isGone ? [] : [...inRuns].filter((id) => !finals.has(id));
    expect(unknown, `what ${name} does not find in the end`).toEqual([]);
  }
}

/** Whoever is told of its end is told of the same one. */
function tellTheSameEnd(told: readonly Told[]) {
  const [end, ...others] = told
    .filter(({ generation }) => generation.status !== 'RUNNING')
    .map(({ generation }) => ({ ...besideUsage(generation), timing: null }));
  for (const other of others) {
    if (!isDeepStrictEqual(other, end)) expect(other, `the end of ${end?.id}`).toEqual(end);
  }
}

function askedFor({ id }: GenerationSnapshot, asked: readonly Asked[]): Asked {
  const request = asked.find((each) => each.id === id);
  if (request === undefined) throw new Error(`Nobody has asked for ${id}.`);
  return request;
}
