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
 * - Who called the models alone tells what that took, to the last token. Who went on after another tells what its
 *   own calls took, and at most what the others had yielded.
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
  const { processes, calls, placeOf, settledIds, scenario } = history;
  if (scenario.fault === 'killed' && settledIds.has(id)) return;
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
  if (record === undefined) return;
  const { told, processes, calls, placeOf } = history;
  const known =
    told.find(({ generation }) => generation.id === id)?.generation ??
    processes.map(({ finals }) => finals.get(id)).find((final) => final !== undefined) ??
    null;
  const all = calls.filter(({ owner }) => owner === request);
  const own = all.filter((call) => placeOf(call) === process.name);
  const others = all.filter((call) => !own.includes(call));
  const { inputTokens, outputTokens, costUsd } = used(own, known);
  const message = `accounts of ${id} as ${process.name} tells`;
  // Its calls may all have been made where it was not reported: by a process that was lost just then.
  if (own.length === 0 && others.length > 0) return;
  const prompt = known?.decision.prompt.inputTokensAfter ?? 0;
  if (others.length === 0 && record.inputTokens !== inputTokens + prompt) {
    const told = pick(record);
    if (!isDeepStrictEqual(told, { inputTokens, outputTokens, costUsd })) {
      expect(told, message).toEqual({ inputTokens, outputTokens, costUsd });
    }
    return;
  }
  const yielded = others.reduce(
    (sum, { text, reasoning }) => sum + text.length + reasoning.length,
    0,
  );
  // A call that was not made yet cannot be told from one that had said nothing yet.
  const prompts = (others.length + 1) * prompt;
  expect(record.inputTokens, message).toBeGreaterThanOrEqual(inputTokens);
  expect(record.inputTokens, message).toBeLessThanOrEqual(inputTokens + prompts);
  expect(record.outputTokens, message).toBeGreaterThanOrEqual(outputTokens);
  expect(record.outputTokens, message).toBeLessThanOrEqual(outputTokens + yielded);
}

function pick({ inputTokens, outputTokens, costUsd }: RequestRecord) {
  return { inputTokens, outputTokens, costUsd };
}
