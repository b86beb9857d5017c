import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import type { RequestRecord } from '../../src/telemetry/statistics.ts';
import { used } from './account-invariants.ts';
import { type Asked, keyOf } from './generation-diary.ts';
import { mayLoseTouch } from './random-faults.ts';
import type { ProcessesHistory, ProcessHistory } from './random-processes.ts';
import type { Reported } from './random-service.ts';

/** By all processes. */
export function recordsOf({ processes }: ProcessesHistory): Reported[] {
  return processes.flatMap(({ reported }) => reported);
}

/**
 * What must hold of ids and accounts where a process is lost, is cut off, or Redis comes back empty:
 * - Ids are used once, and whoever is told of another's generation sent the same again with the same key.
 * - A generation is reported once at most; where Redis was away, once at most by each process.
 * - It is reported by somebody when the process that took it up is there, or when another went on with its run;
 *   unless a process that was killed had just taken that upon itself.
 * - Where no run was taken over, what the calls of a generation took is told to the last token. Where one was, no
 *   less than the calls of the process that tells it, and no more than all of them.
 */
export function checkProcessAccounts(history: ProcessesHistory) {
  const { asked, processes, scenario } = history;
  expect(new Set(asked.map(({ id }) => id)).size, 'ids').toBe(asked.length);
  const outOfTouch = mayLoseTouch(scenario.fault);
  for (const { reported } of outOfTouch ? processes : [{ reported: recordsOf(history) }]) {
    // What a process has lost touch with, and found again, it has reported as refused before.
    const counted = reported.filter(({ record }) => !outOfTouch || record.cacheOutcome !== null);
    const ids = counted.map(({ generationId }) => generationId);
    expect(ids, 'records').toEqual([...new Set(ids)]);
  }
  for (const request of asked) {
    standsForWhatWasSentBefore(request, asked);
    isReported(request, history);
    for (const process of processes) tellsWhatItTook(request, process, history);
  }
}

function standsForWhatWasSentBefore(
  { id, generationId, ...request }: Asked,
  all: readonly Asked[],
) {
  if (generationId === null || generationId === id) return;
  const before = all.find((other) => other.id === generationId);
  const both = before && [keyOf(before), before.request];
  expect(
    [keyOf({ ...request, id, generationId }), request.request],
    `what ${id} stands for`,
  ).toEqual(both);
}

function isReported({ id, refusal }: Asked, history: ProcessesHistory) {
  const { processes, calls, placeOf, inRedis, scenario } = history;
  if (scenario.fault === 'killed' && inRedis.settledIds.has(id)) return;
  const isThere = ({ name, isGone, issuedIds }: ProcessHistory) =>
    !isGone &&
    (issuedIds.has(id) || calls.some((call) => call.owner.id === id && placeOf(call) === name));
  const owed = processes.some((process) => isThere(process) && process.finals.has(id));
  if (!owed || refusal !== null) return;
  const reported = processes.flatMap((process) => process.reported);
  expect(
    reported.filter(({ generationId }) => generationId === id).length,
    `records of ${id}`,
  ).toBeGreaterThan(0);
}

function tellsWhatItTook(request: Asked, process: ProcessHistory, history: ProcessesHistory) {
  const { id } = request;
  const record = process.reported.findLast(({ generationId }) => generationId === id)?.record;
  // A refusal is no account: the process had lost touch with what it reports.
  if (record === undefined || record.cacheOutcome === null) return;
  const { told, processes, calls, placeOf } = history;
  const known =
    told.find(({ generation }) => generation.id === id)?.generation ??
    processes.map(({ finals }) => finals.get(id)).find((final) => final !== undefined) ??
    null;
  const all = calls.filter(({ owner }) => owner === request);
  const message = `accounts of ${id} as ${process.name} tells`;
  if (!wasTakenOver(history)) {
    const alone = used(all, known);
    if (isDeepStrictEqual(pick(record), alone)) return;
    return expect(pick(record), message).toEqual(alone);
  }
  const own = used(
    all.filter((call) => placeOf(call) === process.name),
    known,
  );
  const byPlace = [...Map.groupBy(all, placeOf).values()].map((calls) => used(calls, known));
  const prompt = known?.decision.prompt.inputTokensAfter ?? 0;
  for (const kind of ['inputTokens', 'outputTokens'] as const) {
    // Who was cut off may report what another has made of it.
    const least = history.scenario.fault === 'cutOff' ? 0 : own[kind];
    const most = byPlace.reduce((sum, tokens) => sum + tokens[kind], 0);
    // What a process had heard is counted by hand, and a call that it was about to make as if it was made.
    const byHand = kind === 'inputTokens' ? (all.length + 1) * prompt : yieldedIn(all);
    expect(record[kind], message).toBeGreaterThanOrEqual(least);
    expect(record[kind], message).toBeLessThanOrEqual(most + byHand);
  }
}

function wasTakenOver({ processes }: ProcessesHistory): boolean {
  return processes.some(({ logs }) =>
    logs.some(({ message }) => message === 'run of another process taken over'),
  );
}

function yieldedIn(calls: ProcessesHistory['calls']): number {
  return calls.reduce((sum, { text, reasoning }) => sum + text.length + reasoning.length, 0);
}

function pick({ inputTokens, outputTokens, costUsd }: RequestRecord) {
  return { inputTokens, outputTokens, costUsd };
}
