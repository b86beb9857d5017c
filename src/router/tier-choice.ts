import type { GenerationRequest, ModelTier } from '../domain/request.ts';
import type { GainExpectation } from './gain/gain-model.ts';
import type { PromptFeatures } from './gain/prompt-features.ts';
import type { ChosenBy, Complexity } from './port.ts';
import type { Unit } from './unit.ts';

/** Which tier is to be asked first, and why. */
export type TierChoice = {
  readonly tier: ModelTier;
  readonly chosenBy: ChosenBy;
  /** How probable this tier was before it was chosen, for such a prompt; 1 when nothing was left to chance. */
  readonly propensity: number;
  readonly complexity: Complexity | null;
  /** Null when no gain model was asked. */
  readonly expected: ExpectedGain | null;
  /** One sentence for a person. */
  readonly reason: string;
};

export type ExpectedGain = GainExpectation & {
  readonly features: PromptFeatures;
  /** Version of the gain model. */
  readonly model: string;
};

/** What a strategy looks at. */
export type ToChoose = {
  readonly tenant: string;
  readonly request: GenerationRequest;
  readonly unit: Unit;
  /** Of the whole prompt, with history and system text. */
  readonly inputTokens: number;
};

/** Chooses between the two tiers, for requests that leave the choice to the gateway. Never rejects. */
export type Strategy = (asked: ToChoose) => Promise<TierChoice>;
