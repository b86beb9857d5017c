import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import type { FailureCode } from '../../src/domain/errors.ts';
import type { GenerationSnapshot, GenerationUsage } from '../../src/generation/generation.ts';
import type { RequestRecord } from '../../src/telemetry/statistics.ts';
import { type Asked, keyOf, type Told } from './generation-diary.ts';
import type { History } from './random-generations.ts';
import { priceOf } from './random-service.ts';
import type { RandomCall } from './random-upstream.ts';

export type Used = Pick<GenerationUsage, 'inputTokens' | 'outputTokens' | 'costUsd'>;

const NOTHING: Used = { inputTokens: 0, outputTokens: 0, costUsd: 0 };

/** What must hold of ids, idempotency keys and accounts, whatever happened. */
export function checkAccounts({ asked, calls, finals, reported, told }: History) {
  expect(new Set(asked.map(({ id }) => id)).size, 'ids').toBe(asked.length);
  expect(new Set(reported.map(({ generationId }) => generationId)).size, 'records').toBe(
    reported.length,
  );
  const records = new Map(reported.map(({ generationId, record }) => [generationId, record]));
  for (const request of asked) {
    const record = records.get(request.id) ?? null;
    const final = finals.get(request.id) ?? null;
    isRecordedUnlessSentAgain(request, record, asked);
    const own = calls.filter(({ owner }) => owner === request);
    countsItsCalls(request, record, used(own, final));
    if (final !== null) tellsItsRecord(final, record);
    if (final !== null) callsAModelItself(final, own);
  }
  for (const each of told) {
    const final = finals.get(each.generation.id);
    if (final !== undefined) tellsWhatWasUsed(each, final);
  }
  for (const group of Map.groupBy(asked, keyOf).values()) standsForOne(group, finals);
}

/** Every request has a record, but one that was sent again has none beside that of the first. */
function isRecordedUnlessSentAgain(
  request: Asked,
  record: RequestRecord | null,
  asked: readonly Asked[],
) {
  const { id, generationId, refusal } = request;
  const standsFor = asked.filter(
    (other) =>
      other.id !== id &&
      keyOf(other) === keyOf(request) &&
      isDeepStrictEqual(other.request, request.request),
  );
  if (refusal !== null) {
    expect(record?.failure, `record of ${id}, which was refused`).toBe(refusal.code);
  } else if (generationId === id) {
    expect(record, `record of ${id}`).not.toBeNull();
  } else if (generationId !== null) {
    expect(record, `record of ${id}, which stands for ${generationId}`).toBeNull();
    expect(standsFor.map((other) => other.id)).toContain(generationId);
  } else if (record === null) {
    // It left before it heard, and stood for another.
    expect(standsFor.length, `requests like ${id}, which has no record`).toBeGreaterThan(0);
  }
}

/** To the last token, with what its provider counted where it did. */
function countsItsCalls({ id }: Asked, record: RequestRecord | null, expected: Used) {
  const { inputTokens, outputTokens, costUsd } = record ?? NOTHING;
  expect({ inputTokens, outputTokens, costUsd }, `accounts of ${id}`).toEqual(expected);
}

/** What calls used: those that answered, and those that took up the prompt before they failed. */
export function used(calls: readonly RandomCall<Asked>[], final: GenerationSnapshot | null): Used {
  return calls.reduce((sum, { call, text, reasoning, finish, failure }) => {
    const yielded = text.length + reasoning.length;
    const turnedAway = failure !== null && yielded === 0 && !AT_WORK.has(failure.code);
    if (turnedAway) return sum;
    const tokens = finish?.usage ?? {
      inputTokens: final?.decision.prompt.inputTokensAfter ?? 0,
      outputTokens: yielded,
    };
    const cost = priceOf(call.model, tokens);
    return {
      inputTokens: sum.inputTokens + tokens.inputTokens,
      outputTokens: sum.outputTokens + tokens.outputTokens,
      costUsd: sum.costUsd === null || cost === null ? null : sum.costUsd + cost,
    };
  }, NOTHING);
}

const AT_WORK: ReadonlySet<FailureCode> = new Set([
  'UPSTREAM_TIMEOUT',
  'CANCELLED',
  'SHUTTING_DOWN',
]);

function callsAModelItself(final: GenerationSnapshot, calls: readonly unknown[]) {
  const { outcome } = final.decision.cache;
  const free = outcome === 'JOINED' || final.cached;
  const message = `${final.id} (${outcome}) called a model`;
  if (free || !wasNeverSent(final)) expect(calls.length > 0, message).toBe(!free);
}

/** Whether its call may have been waiting for its turn still when it ended. */
export function wasNeverSent({ text, reasoning, failure }: GenerationSnapshot): boolean {
  if (failure === null || text !== '' || reasoning !== null) return false;
  return ['RATE_LIMITED', 'CANCELLED', 'SHUTTING_DOWN'].includes(failure.code);
}

function tellsItsRecord(final: GenerationSnapshot, record: RequestRecord | null) {
  const { source: _, ...usage } = final.usage;
  expect(record, `record of ${final.id}`).toMatchObject({
    ...usage,
    ...final.timing,
    status: final.status,
    failure: final.failure?.code ?? null,
    finishReason: final.finishReason,
    cacheOutcome: final.decision.cache.outcome,
  });
}

/**
 * Whoever is told of a generation before its calls are over is told at least of the text that is told with it,
 * and never of more than was yielded by then.
 */
function tellsWhatWasUsed({ generation, yielded }: Told, final: GenerationSnapshot) {
  const { id, status, text, reasoning, usage, failure, decision } = generation;
  const message = `usage of ${id}, ${status}`;
  if (failure !== null) expect(failure.usage, message).toEqual(usage);
  const { savedUsd } = final.usage;
  if (isDeepStrictEqual({ ...usage, savedUsd }, final.usage)) return;
  expect(['RUNNING', 'CANCELLED'], message).toContain(status);
  if (decision.cache.outcome === 'JOINED') return expect(usage, message).toMatchObject(NOTHING);
  const { inputTokensAfter } = decision.prompt;
  expect(usage.outputTokens, message).toBeLessThanOrEqual(yielded);
  expect(usage.outputTokens, message).toBeGreaterThanOrEqual(
    text.length + (reasoning?.length ?? 0),
  );
  expect(usage.inputTokens, message).toBeGreaterThanOrEqual(inputTokensAfter);
  const models = 1 + (decision.routing?.fallbacks.length ?? 0);
  expect(usage.inputTokens, message).toBeLessThanOrEqual(models * inputTokensAfter);
}

/**
 * A key stands for one generation until that fails in a way that may pass. Till then another input is refused;
 * from then on nobody who asks is told of it.
 */
export function standsForOne(group: readonly Asked[], finals: History['finals']) {
  const failsForNow = (id: string) => finals.get(id)?.failure?.retryable === true;
  const standing = group.filter(({ id }) => finals.has(id) && !failsForNow(id));
  expect(standing.length, `generations of ${group.map(({ id }) => id)}`).toBeLessThanOrEqual(1);
  for (const { id, refusal, request, generationId, afterEnds } of group) {
    const isFreed = (other: string) => afterEnds.has(other) && failsForNow(other);
    if (generationId !== null && generationId !== id) {
      expect(isFreed(generationId), `${id} was told that ${generationId} had failed`).toBe(false);
    }
    if (refusal?.code !== 'IDEMPOTENCY_CONFLICT') continue;
    const inTheWay = group.filter(
      (other) => other.request.prompt !== request.prompt && !isFreed(other.id),
    );
    expect(inTheWay.length, `what stood in the way of ${id}`).toBeGreaterThan(0);
  }
}
