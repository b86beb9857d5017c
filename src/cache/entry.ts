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
  /** By what a like prompt finds it; null for an answer that serves equal prompts alone. */
  readonly trace: SemanticTrace | null;
};

/** Where the prompt of an entry lies among those that may be compared with it. Plain JSON. */
export type SemanticTrace = {
  /** The digest of all that has to be equal before two prompts are compared, the encoder too. */
  readonly partition: string;
  /** Of the prompt, of length 1: signed 16-bit integers, little-endian, in base64; 32767 stands for 1. */
  readonly vector: string;
  /** What one hit saves, in USD; null when no price is known. */
  readonly savesUsd: number | null;
};
