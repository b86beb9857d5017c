import type { FailureCode } from '../domain/errors.ts';
import type { GenerationRequest, ModelTier } from '../domain/request.ts';
import type { Rights } from '../tenancy/principal.ts';

/** A model that may answer, with the tier it was taken from; null for a model outside the tiers. */
export type Candidate = { readonly model: string; readonly tier: ModelTier | null };

export type Complexity = 'SIMPLE' | 'MEDIUM' | 'COMPLEX';

export type ExperimentAssignment = { readonly experiment: string; readonly arm: string };

/** A candidate that failed before another took over. */
export type Fallback = { readonly model: string; readonly code: FailureCode };

/**
 * Which models may answer a request, as far as that is known before the prompt is looked at. It is part
 * of the cache key: answers are shared only among requests with an equal policy.
 */
export type ModelPolicy =
  | { readonly kind: 'pinned'; readonly model: string }
  | { readonly kind: 'tier'; readonly tier: ModelTier; readonly model: string }
  | {
      readonly kind: 'auto';
      readonly models: readonly string[];
      readonly assignments: readonly ExperimentAssignment[];
    };

/** Whom to ask, in order, and why. There is always a first candidate. */
export type Route = {
  readonly candidates: readonly [Candidate, ...Candidate[]];
  readonly complexity: Complexity | null;
  readonly expectedGain: number | null;
  /** One sentence for a person. */
  readonly reason: string;
  readonly assignments: readonly ExperimentAssignment[];
  readonly requestedModel: string | null;
};

/** A route after it was followed. `servedModel` is null while none has answered. */
export type RoutingDecision = Omit<Route, 'candidates'> & {
  readonly tier: ModelTier | null;
  readonly servedModel: string | null;
  readonly fallbacks: readonly Fallback[];
};

export type Router = {
  /**
   * Throws GatewayError MODEL_UNKNOWN when the gateway serves no such model, or none to a caller with these rights:
   * the two look the same to him.
   */
  policyFor(request: GenerationRequest, rights: Rights): ModelPolicy;
  route(request: GenerationRequest, policy: ModelPolicy): Route;
  /** The models that may be asked for, with their tiers; the large one first. */
  readonly models: readonly Candidate[];
  /** Whether the router is to look at prompts, as it stands now. */
  readonly enabled: boolean;
  /** Share of MEDIUM prompts that goes to the small model, 0..1, as it stands now. */
  readonly abTestRatio: number;
};
