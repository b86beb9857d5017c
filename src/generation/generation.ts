import type { CacheDecision } from '../cache/decision.ts';
import type { FailureFields } from '../domain/errors.ts';
import type { FinishReason, UsageSource } from '../domain/usage.ts';
import type { PromptDecision } from '../prompt/decision.ts';
import type { RoutingDecision } from '../router/port.ts';

export type GenerationStatus = 'RUNNING' | 'FINISHED' | 'FAILED' | 'CANCELLED';

/** Why each thing was done for one request. */
export type GenerationDecision = {
  readonly cache: CacheDecision;
  /** Null when the router did not run, as for a cached answer. */
  readonly routing: RoutingDecision | null;
  readonly prompt: PromptDecision;
};

export type GenerationUsage = {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Null when no price is known; 0 for a cached or joined answer. */
  readonly costUsd: number | null;
  /** Against sending the unreduced prompt to the large model. */
  readonly savedUsd: number | null;
  readonly savedTokens: number;
  readonly source: UsageSource;
};

/** Milliseconds since the request was accepted. */
export type GenerationTiming = {
  readonly firstTokenMs: number | null;
  readonly totalMs: number;
  readonly upstreamMs: number;
  readonly overheadMs: number;
};

/** One request's generation at one moment: what `Generation` is in the schema. */
export type GenerationSnapshot = {
  readonly id: string;
  readonly status: GenerationStatus;
  readonly text: string;
  readonly reasoning: string | null;
  readonly finishReason: FinishReason | null;
  /** Null unless FAILED or CANCELLED; its own `generation` is this one. */
  readonly failure: Omit<GenerationFailure, 'generation'> | null;
  readonly cached: boolean;
  readonly model: string | null;
  readonly usage: GenerationUsage;
  readonly timing: GenerationTiming;
  readonly decision: GenerationDecision;
};

export type GenerationFailure = FailureFields & {
  readonly partialText: string;
  readonly usage: GenerationUsage;
  /** Null when refused before it began, or when its record was lost. */
  readonly generation: GenerationSnapshot | null;
};

/**
 * What a listener of one generation hears. `seq` rises; a delta's `offset` is the length, in UTF-16
 * units, of the text before it; `finished` or `failed` comes exactly once and last.
 */
export type GenerationEvent = { readonly generationId: string; readonly seq: number } & (
  | {
      readonly type: 'started';
      readonly cached: boolean;
      readonly model: string | null;
      readonly decision: GenerationDecision;
    }
  | { readonly type: 'delta'; readonly offset: number; readonly text: string }
  | {
      readonly type: 'reset';
      readonly reason: string;
      readonly model: string;
      readonly decision: GenerationDecision;
    }
  | { readonly type: 'finished'; readonly generation: GenerationSnapshot }
  | { readonly type: 'failed'; readonly failure: GenerationFailure }
);
