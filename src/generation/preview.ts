import type { GatewayError } from '../domain/errors.ts';
import type { GenerationRequest } from '../domain/request.ts';
import type { PriceOf } from '../upstream/prices.ts';
import { failureWithoutGeneration } from './failure.ts';
import type { Plan } from './plan.ts';
import type { GenerationPreview } from './service.ts';

export type PreviewDeps = {
  readonly priceOf: PriceOf;
  /** Tokens that a model's answers took lately, on average; null when there were none. */
  readonly meanOutputTokens: (model: string) => Promise<number | null>;
};

/**
 * What a plan would cost. The estimate takes the answer to be as long as the model's answers were on
 * average; the upper bound takes it to be as long as `maxTokens` allows. Null where that is not known.
 */
export async function previewPlan(
  deps: PreviewDeps,
  request: GenerationRequest,
  plan: Plan,
): Promise<GenerationPreview> {
  const prompt = plan.prompt.decision;
  const inputTokens = prompt.inputTokensAfter;
  if (plan.from === 'cache') {
    return {
      decision: { cache: plan.cache, routing: null, prompt },
      wouldFail: null,
      inputTokens,
      estimatedCostUsd: 0,
      estimatedCostUpperUsd: 0,
    };
  }

  const { candidates, ...route } = plan.route;
  const [{ model, tier }] = candidates;
  const costOf = (outputTokens: number | null) =>
    outputTokens === null ? null : deps.priceOf(model, { inputTokens, outputTokens });
  const mean = await deps.meanOutputTokens(model);
  const expected = mean === null ? null : Math.min(mean, request.maxTokens ?? mean);
  return {
    decision: {
      cache: plan.cache,
      routing: { ...route, tier, servedModel: null, fallbacks: [] },
      prompt,
    },
    wouldFail: null,
    inputTokens,
    estimatedCostUsd: costOf(expected),
    estimatedCostUpperUsd: costOf(request.maxTokens),
  };
}

/** A preview of a request that would be refused. */
export function previewRefusal(refusal: GatewayError): GenerationPreview {
  return {
    decision: null,
    wouldFail: failureWithoutGeneration(refusal),
    inputTokens: 0,
    estimatedCostUsd: null,
    estimatedCostUpperUsd: null,
  };
}
