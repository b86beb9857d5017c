/**
 * Reads two prompts together and says how likely an answer to the one is right for the other. It sees what a cosine
 * cannot: who does what to whom, what is added, what is left out.
 *
 * What callers may rely on:
 * - `compare` resolves to one number for each of `stored`, in their order: the log-odds that the answers are the same,
 *   as the model has it. They are not calibrated; `cache/semantic/confidence.ts` does that.
 * - The order of the two prompts does not matter, up to rounding.
 * - It rejects when it cannot answer, and with `signal`'s reason when it aborts.
 * - The event loop stays free.
 */
export type PairModel = AsyncDisposable & {
  /** Base model, revision of what was learned, precision. */
  readonly id: string;
  compare(
    asked: string,
    stored: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly number[]>;
};
