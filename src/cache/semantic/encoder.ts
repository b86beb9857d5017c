/**
 * Turns a text into a vector: texts of like meaning lie close together. `test/contract/encoder.ts` runs against every
 * adapter.
 *
 * What callers may rely on:
 * - A vector has `dimensions` numbers and the length 1, so that the product of two is their cosine.
 * - Equal texts have equal vectors, up to rounding, in every process that has the same `id`; vectors of encoders whose
 *   ids differ are never comparable.
 * - Calls that come together are answered together where that is faster.
 * - `encode` rejects when it cannot answer, and with `signal`'s reason when it aborts. It does not time out by itself:
 *   callers put a deadline and a breaker around it (`cache/semantic/guarded-models.ts`).
 * - The event loop stays free.
 */
export type Encoder = AsyncDisposable & {
  /** Model, revision and precision. */
  readonly id: string;
  readonly dimensions: number;
  encode(text: string, signal: AbortSignal): Promise<Float32Array>;
};
