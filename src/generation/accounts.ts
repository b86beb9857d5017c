import type { CacheEntry } from '../cache/entry.ts';
import type { TokenUsage } from '../domain/usage.ts';
import type { PromptDecision } from '../prompt/decision.ts';
import type { PriceOf } from '../upstream/prices.ts';
import type { GenerationTiming, GenerationUsage } from './generation.ts';
import type { RunEnd } from './run-log.ts';

/** What savings are measured against: the unreduced prompt, sent to the large model. */
export type Baseline = { readonly priceOf: PriceOf; readonly largeModel: string };

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
  baseline: Baseline,
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

/** The accounts of a generation that listened to the run of another: that one carries the cost. */
export function usageOfJoin(
  end: RunEnd,
  prompt: PromptDecision,
  baseline: Baseline,
): GenerationUsage {
  if (end.status !== 'FINISHED') return NOTHING_USED;
  return usageOfHit({ usage: end.servedUsage }, prompt, baseline);
}

/** The accounts of a generation that was answered from the cache: it used nothing and saved a whole call. */
export function usageOfHit(
  entry: Pick<CacheEntry, 'usage'>,
  prompt: PromptDecision,
  baseline: Baseline,
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

/**
 * @param beforeRunMs how long before the run this request was accepted; negative for one that came later
 *   and joined, which waited for the upstream only from then on
 */
export function timingOfRun(end: RunEnd, beforeRunMs: number): GenerationTiming {
  const totalMs = end.totalMs + beforeRunMs;
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
