import type { AnswerVerdict } from '../domain/verdict.ts';

/** The verdict on a generation that stands, and whether it was acted on and counted. */
export type StandingRating = { readonly verdict: AnswerVerdict; readonly settled: boolean };

/**
 * The ratings that all processes know of together. Of one generation the first verdict stands, whoever gave it.
 * `test/contract/ratings.ts` runs against every adapter.
 *
 * What callers may rely on:
 * - What follows from a verdict may fail, so it is taken down in two steps: who claims the generation acts on its
 *   verdict, then settles it. One that is claimed and not settled is acted on again by who gives the same verdict.
 * - `claim` resolves to what stands; `settle` to true for one of all who settle the generation.
 * - Both reject when that cannot be known, and may be repeated.
 * - What stands does so for as long as the generation is known anywhere.
 */
export type Ratings = {
  claim(generationId: string, verdict: AnswerVerdict): Promise<StandingRating>;
  settle(generationId: string): Promise<boolean>;
  /** This process does not know the generation any more. */
  forget(generationId: string): void;
};
