import { GatewayError } from '../domain/errors.ts';
import type { GenerationRequest, ModelTier } from '../domain/request.ts';
import type { Rights } from '../tenancy/principal.ts';
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

  function policyFor(request: GenerationRequest, rights: Rights): ModelPolicy {
    const { model, routing } = request;
    const served = models.filter((candidate) => isAllowed(candidate, rights));
    if (model !== null) {
      assertServed(served, (candidate) => candidate.model === model);
      return { kind: 'pinned', model };
    }
    const { tier } = routing;
    if (tier !== null) {
      const wanted = candidateOf(tier);
      assertServed(served, (candidate) => candidate.model === wanted.model);
      return { kind: 'tier', tier, model: wanted.model };
    }
    const tiered = served.filter((candidate) => tiers.includes(candidate));
    const auto = tiered.length > 0 ? tiered : served;
    assertServed(auto, () => true);
    return { kind: 'auto', models: auto.map((candidate) => candidate.model), assignments: [] };
  }

  /** A model outside the tiers may be larger than any of them: a key with a highest tier has to name it. */
  function isAllowed({ model, tier }: Candidate, { models: named, maxTier }: Rights): boolean {
    if (named !== null && !named.includes(model)) return false;
    return maxTier !== 'SMALL' || model === small.model || (tier === null && named !== null);
  }

  function route(request: GenerationRequest, policy: ModelPolicy): Route {
    return {
      candidates: candidatesFor(policy),
      complexity: null,
      expectedGain: null,
      reason: reasonFor(policy),
      assignments: [],
      requestedModel: request.model,
    };
  }

  function reasonFor(policy: ModelPolicy): string {
    switch (policy.kind) {
      case 'pinned':
        return 'The request names the model.';
      case 'tier':
        return `The request asks for the ${policy.tier === 'SMALL' ? 'small' : 'large'} tier.`;
      case 'auto':
        if (policy.models[0] !== large.model) return 'The key allows no larger model.';
        return options.enabled()
          ? 'This version cannot route by prompt yet: the large model answers.'
          : 'Routing is off: the large model answers.';
    }
  }

  function candidatesFor(policy: ModelPolicy): Route['candidates'] {
    switch (policy.kind) {
      case 'pinned':
        return [candidateNamed(policy.model)];
      case 'tier':
        return [candidateOf(policy.tier)];
      case 'auto': {
        const [first = large, ...others] = policy.models.map(candidateNamed);
        return [first, ...others];
      }
    }
  }

  function candidateNamed(model: string): Candidate {
    return models.find((candidate) => candidate.model === model) ?? { model, tier: null };
  }

  function candidateOf(tier: ModelTier): Candidate {
    return tier === 'SMALL' ? small : large;
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

function assertServed(
  served: readonly Candidate[],
  isWanted: (candidate: Candidate) => boolean,
): void {
  if (served.some(isWanted)) return;
  const names = served.map(({ model }) => model).join(', ');
  throw new GatewayError(
    'MODEL_UNKNOWN',
    `The model that was asked for is not served here. Served are: ${names || 'none'}.`,
  );
}
