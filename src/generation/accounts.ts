import type { CacheEntry } from '../cache/entry.ts';
import type { FailureCode } from '../domain/errors.ts';
import { addUsage, NO_USAGE, type TokenUsage } from '../domain/usage.ts';
import type { PromptDecision } from '../prompt/decision.ts';
import type { CountTokens } from '../prompt/tokens.ts';
import type { PriceOf } from '../upstream/prices.ts';
import type { GenerationTiming, GenerationUsage } from './generation.ts';
import type { RunEnd } from './run-log.ts';
import type { RunProgress } from './run-progress.ts';

/** What savings are measured against: the unreduced prompt, sent to the large model. */
export type Baseline = { readonly priceOf: PriceOf; readonly largeModel: string };

export type AccountsDeps = {
  readonly baseline: Baseline;
  readonly priceOf: PriceOf;
  readonly countTokens: CountTokens;
};

export const NOTHING_USED: GenerationUsage = {
  inputTokens: 0,
  outputTokens: 0,
  costUsd: 0,
  savedUsd: null,
  savedTokens: 0,
  source: 'ESTIMATED',
};

/** The accounts of a generation that called a model. What routing saved is known when it has answered. */
export function usageOfRun(
  end: RunEnd,
  prompt: PromptDecision,
  { baseline }: Pick<AccountsDeps, 'baseline'>,
): GenerationUsage {
  const { usage, servedUsage, costUsd } = end;
  const baselineUsd =
    end.status === 'FINISHED' ? baselineCost(servedUsage, prompt, baseline) : null;
  return {
    ...usage,
    costUsd,
    savedUsd: baselineUsd === null || costUsd === null ? null : baselineUsd - costUsd,
    savedTokens: cutTokens(prompt),
  };
}

/** The accounts of a generation that called a model and has not been told what that took. */
export function usageSoFar(
  progress: RunProgress,
  prompt: PromptDecision,
  deps: Pick<AccountsDeps, 'priceOf' | 'countTokens'>,
): GenerationUsage {
  const { usage, costUsd } = spentSoFar(progress, prompt.inputTokensAfter, deps);
  return { ...usage, costUsd, savedUsd: null, savedTokens: cutTokens(prompt) };
}

/**
 * What a run took that nobody has told: its prompt, as often as it was taken up, and what the log has of each
 * answer. At most short by what is on its way.
 */
export function spentSoFar(
  { calls }: RunProgress,
  inputTokens: number,
  { priceOf, countTokens }: Pick<AccountsDeps, 'priceOf' | 'countTokens'>,
): { readonly usage: TokenUsage; readonly costUsd: number | null } {
  let usage: TokenUsage = NO_USAGE;
  let costUsd: number | null = 0;
  for (const { model, text, reasoning, failure } of calls) {
    const outputTokens = countTokens(text) + countTokens(reasoning);
    if (outputTokens === 0 && failure !== null && !wasAtWork(failure)) continue;
    const call = { inputTokens, outputTokens, source: 'ESTIMATED' } as const;
    const cost = priceOf(model, call);
    usage = addUsage(usage, call);
    costUsd = costUsd === null || cost === null ? null : costUsd + cost;
  }
  return { usage, costUsd };
}

/** Whether a model that failed so had taken up the prompt, although nothing of an answer arrived. */
export function wasAtWork(failure: FailureCode): boolean {
  return failure === 'UPSTREAM_TIMEOUT' || failure === 'CANCELLED' || failure === 'SHUTTING_DOWN';
}

/** The accounts of a generation that listened to the run of another: that one carries the cost. */
export function usageOfJoin(
  end: RunEnd,
  prompt: PromptDecision,
  { baseline }: Pick<AccountsDeps, 'baseline'>,
): GenerationUsage {
  if (end.status !== 'FINISHED') return NOTHING_USED;
  return usageOfHit({ usage: end.servedUsage }, prompt, { baseline });
}

/** The accounts of a generation that was answered from the cache: it used nothing and saved a whole call. */
export function usageOfHit(
  entry: Pick<CacheEntry, 'usage'>,
  prompt: PromptDecision,
  { baseline }: Pick<AccountsDeps, 'baseline'>,
): GenerationUsage {
  const { inputTokens, outputTokens, source } = entry.usage;
  return {
    inputTokens: 0,
    outputTokens: 0,
    costUsd: 0,
    savedUsd: baselineCost(entry.usage, prompt, baseline),
    savedTokens: inputTokens + outputTokens + cutTokens(prompt),
    source,
  };
}

/** All of it overhead: no upstream was waited for. */
export function timingWithoutUpstream(
  totalMs: number,
  firstTokenMs: number | null,
): GenerationTiming {
  return { firstTokenMs, totalMs, upstreamMs: 0, overheadMs: totalMs };
}

/** While a run goes on, all of its time so far counts as waiting for the upstream. */
export function timingSoFar(
  totalMs: number,
  beforeRunMs: number,
  firstTextMs: number | null,
): GenerationTiming {
  // The clocks of two processes may differ: nothing takes less than no time.
  const overheadMs = Math.min(Math.max(0, beforeRunMs), Math.max(0, totalMs));
  return {
    firstTokenMs: firstTextMs === null ? null : Math.max(0, firstTextMs + beforeRunMs),
    totalMs: Math.max(0, totalMs),
    upstreamMs: Math.max(0, totalMs) - overheadMs,
    overheadMs,
  };
}

/**
 * @param beforeRunMs how long before the run this request was accepted; negative for one that came later
 *   and joined, which waited for the upstream only from then on
 */
export function timingOfRun(end: RunEnd, beforeRunMs: number): GenerationTiming {
  const totalMs = Math.max(0, end.totalMs + beforeRunMs);
  const upstreamMs = Math.min(end.upstreamMs, totalMs);
  return {
    firstTokenMs: end.firstTokenMs === null ? null : Math.max(0, end.firstTokenMs + beforeRunMs),
    totalMs,
    upstreamMs,
    overheadMs: totalMs - upstreamMs,
  };
}

/**
 * The provider's count stands for what was sent; what was cut before that is added from our own count, so
 * that a difference between two tokenizers does not pass for a saving.
 */
function baselineCost(
  usage: TokenUsage,
  prompt: PromptDecision,
  baseline: Baseline,
): number | null {
  return baseline.priceOf(baseline.largeModel, {
    inputTokens: usage.inputTokens + cutTokens(prompt),
    outputTokens: usage.outputTokens,
  });
}

function cutTokens(prompt: PromptDecision): number {
  return prompt.inputTokensBefore - prompt.inputTokensAfter;
}
