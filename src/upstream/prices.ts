import type { TokenUsage } from '../domain/usage.ts';

/** USD per million tokens. */
export type ModelPrice = { readonly input: number; readonly output: number };

/** What a model's tokens cost, or null when no price is known for it. */
export type PriceOf = (
  model: string,
  usage: Pick<TokenUsage, 'inputTokens' | 'outputTokens'>,
) => number | null;
