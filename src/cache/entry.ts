import type { TokenUsage } from '../domain/usage.ts';

/** An answer that is whole: only such answers are ever stored. Plain JSON. */
export type CachedAnswer = {
  readonly text: string;
  readonly reasoning: string | null;
  /** The model that wrote it; null when it is not known. */
  readonly model: string | null;
  /** What the answer took when a model wrote it. */
  readonly usage: TokenUsage;
};

/** A stored answer. `id` addresses it within its tenant. Plain JSON. */
export type CacheEntry = CachedAnswer & {
  readonly id: string;
  readonly namespace: string;
  /** The prompt it answered, as the caller wrote it. */
  readonly prompt: string;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
  readonly expiresAt: number;
};
