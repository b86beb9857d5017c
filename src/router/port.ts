import type { FailureCode } from '../domain/errors.ts';
import type { ModelTier } from '../domain/request.ts';

/** A model that may answer, with the tier it was taken from; null for a model outside the tiers. */
export type Candidate = { readonly model: string; readonly tier: ModelTier | null };

export type Complexity = 'SIMPLE' | 'MEDIUM' | 'COMPLEX';

/** The arm of an experiment that a request belongs to. Plain JSON. */
export type ExperimentAssignment = {
  readonly experiment: string;
  /** Which run of the experiment. */
  readonly run: string;
  readonly arm: string;
  /** Where who is assigned is counted: 0 .. CELLS - 1. */
  readonly cell: number;
};

/** A candidate that failed before another took over. */
export type Fallback = { readonly model: string; readonly code: FailureCode };

/**
 * Which models may answer a request, as far as that is known before the prompt is looked at. It is part
 * of the cache key: answers are shared only among requests with an equal policy.
 */
export type ModelPolicy =
  | { readonly kind: 'pinned'; readonly model: string }
  | { readonly kind: 'tier'; readonly tier: ModelTier; readonly models: readonly string[] }
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
  /** A coin picked the model, to learn from. */
  readonly explored: boolean;
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

/** What decided which tier is asked first. */
export type ChosenBy = 'complexity' | 'ratio' | 'gain' | 'exploration' | 'experiment';
