import { GatewayError } from '../domain/errors.ts';
import type { GenerationRequest, ModelTier } from '../domain/request.ts';
import type { Candidate, ModelPolicy, Route, Router } from './port.ts';

/**
 * A router that looks at no prompt: a pinned model, else the tier that was asked for, else the large model
 * with the small one to take over when it fails.
 *
 * @param options.enabled, abTestRatio asked each time; they change nothing yet but what is told of them
 * @param options.otherModels models beside the two tiers that may be pinned
 */
export function createRouter(options: {
  smallModel: string;
  largeModel: string;
  otherModels: readonly string[];
  enabled: () => boolean;
  abTestRatio: () => number;
}): Router {
  const large: Candidate = { model: options.largeModel, tier: 'LARGE' };
  const small: Candidate = { model: options.smallModel, tier: 'SMALL' };
  const tiers: Route['candidates'] = large.model === small.model ? [large] : [large, small];
  const models: readonly Candidate[] = [
    ...tiers,
    ...options.otherModels
      .filter((model) => !tiers.some((candidate) => candidate.model === model))
      .map((model) => ({ model, tier: null })),
  ];

  function policyFor(request: GenerationRequest): ModelPolicy {
    if (request.model !== null) {
      assertServed(request.model);
      return { kind: 'pinned', model: request.model };
    }
    const { tier } = request.routing;
    if (tier !== null) return { kind: 'tier', tier, model: candidateOf(tier).model };
    return { kind: 'auto', models: tiers.map((candidate) => candidate.model), assignments: [] };
  }

  function route(request: GenerationRequest, policy: ModelPolicy): Route {
    return {
      candidates: candidatesFor(policy),
      complexity: null,
      expectedGain: null,
      reason: reasonFor(policy, options.enabled()),
      assignments: [],
      requestedModel: request.model,
    };
  }

  function candidatesFor(policy: ModelPolicy): Route['candidates'] {
    switch (policy.kind) {
      case 'pinned':
        return [{ model: policy.model, tier: tierOf(policy.model) }];
      case 'tier':
        return [candidateOf(policy.tier)];
      case 'auto':
        return tiers;
    }
  }

  function tierOf(model: string): ModelTier | null {
    return models.find((candidate) => candidate.model === model)?.tier ?? null;
  }

  function candidateOf(tier: ModelTier): Candidate {
    return tier === 'SMALL' ? small : large;
  }

  function assertServed(model: string) {
    if (models.some((candidate) => candidate.model === model)) return;
    const served = models.map((candidate) => candidate.model).join(', ');
    throw new GatewayError(
      'MODEL_UNKNOWN',
      `The model that was asked for is not served here. Served are: ${served}.`,
    );
  }

  return {
    policyFor,
    route,
    models,
    get enabled() {
      return options.enabled();
    },
    get abTestRatio() {
      return options.abTestRatio();
    },
  };
}

function reasonFor(policy: ModelPolicy, enabled: boolean): string {
  switch (policy.kind) {
    case 'pinned':
      return 'The request names the model.';
    case 'tier':
      return `The request asks for the ${policy.tier === 'SMALL' ? 'small' : 'large'} tier.`;
    case 'auto':
      return enabled
        ? 'This version cannot route by prompt yet: the large model answers.'
        : 'Routing is off: the large model answers.';
  }
}
