import type { PromptFeatures } from './prompt-features.ts';

/** What asking either of two models is expected to bring. Qualities are 0..1. */
export type GainExpectation = {
  /** Expected quality of the small model's answer. */
  readonly smallGood: number;
  /** Expected quality of the large model's answer. */
  readonly largeGood: number;
  /** largeGood - smallGood, -1..1. */
  readonly gain: number;
  /**
   * How like the prompts of training this one is: the share of held-out ones of them that were no nearer to what the
   * model knows. Spread evenly over 0..1 for prompts of the same kinds, near 0 for others.
   */
  readonly familiarity: number;
};

/** How well models that were trained like this one did on outcomes that they had not seen. */
export type HeldOutSkill = {
  /** Outcomes with both qualities that it was measured on. */
  readonly n: number;
  /**
   * What routing by this model adds to the mean quality, over a coin that asks the large model as often, averaged over
   * all shares of the large model: mean of (large - small) * (rank of the gain - 1/2), ranks 0..1.
   */
  readonly uplift: number;
  readonly standardError: number;
  /** Share of the way from the small to the large model's quality, averaged over all shares; 0.5 is a coin. */
  readonly apgr: number;
  /** Expected calibration error of the two heads, the mean over both. */
  readonly ece: number;
  /** The same for domains that nothing was trained on; null when no domains are known. */
  readonly acrossDomains: SkillAcrossDomains | null;
};

export type SkillAcrossDomains = {
  readonly domains: number;
  /** Mean over the domains that were left out, each by models of the others. */
  readonly uplift: number;
  /** Standard deviation of the true uplift between domains: what is left of the spread beyond sampling noise. */
  readonly spread: number;
};

export type AboutGainModel = {
  /** Changes when anything in the model does. */
  readonly version: string;
  /** The models that the outcomes are of; null: several pairs, or others than those that are served. */
  readonly pair: { readonly small: string; readonly large: string } | null;
  /** One sentence for a person. */
  readonly trainedOn: string;
  readonly outcomes: number;
  /** ISO 8601. */
  readonly trainedAt: string;
  /** What the id of the encoder begins with that the vectors are of; null: no vectors. */
  readonly encoder: string | null;
  readonly heldOut: HeldOutSkill;
};

/** Expects what a large model gains over a small one. `expect` is pure, and takes some tens of microseconds. */
export type GainModel = {
  readonly about: AboutGainModel;
  /** Answers without a vector as well, from heads that were fitted without. */
  expect(features: PromptFeatures): GainExpectation;
};
