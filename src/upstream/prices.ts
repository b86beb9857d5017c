import type { TokenUsage } from '../domain/usage.ts';

/** USD per million tokens. */
export type ModelPrice = { readonly input: number; readonly output: number };

/** What a model's tokens cost, or null when no price is known for it. */
export type PriceOf = (
  model: string,
  usage: Pick<TokenUsage, 'inputTokens' | 'outputTokens'>,
) => number | null;

/** The date that providers append to the name of a model's snapshot. */
const SNAPSHOT_DATE = /-(\d{4}-\d{2}-\d{2}|\d{8})$/;

/**
 * Prices by a model's exact name, else by its name without the date of a snapshot:
 * `gpt-4o-mini-2024-07-18` costs what `gpt-4o-mini` costs unless it has a price of its own.
 */
export function priceTable(prices: Readonly<Record<string, ModelPrice>>): PriceOf {
  const table = new Map(Object.entries(prices));
  return (model, usage) => {
    const price = table.get(model) ?? table.get(model.replace(SNAPSHOT_DATE, ''));
    if (price === undefined) return null;
    return (usage.inputTokens * price.input + usage.outputTokens * price.output) / 1_000_000;
  };
}
