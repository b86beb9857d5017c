import type { PromptFeatures } from './prompt-features.ts';

/** What is known of the answers to one prompt. */
export type TrainingOutcome = {
  readonly features: PromptFeatures;
  /** Quality of the small model's answer, 0..1; null: it was not asked, or nothing is known of its answer. */
  readonly small: number | null;
  /** Of the large model's. */
  readonly large: number | null;
  /** What kind of prompt it is: no feature, but what the skill on kinds that were left out is measured by. */
  readonly domain?: string;
};
