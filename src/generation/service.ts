import type { GenerationRequest } from '../domain/request.ts';
import type { Principal } from '../tenancy/principal.ts';
import type {
  GenerationDecision,
  GenerationEvent,
  GenerationFailure,
  GenerationSnapshot,
} from './generation.ts';

export type GenerateResult =
  | { readonly kind: 'generation'; readonly generation: GenerationSnapshot }
  | { readonly kind: 'failure'; readonly failure: GenerationFailure };

export type GenerationPreview = {
  readonly decision: GenerationDecision | null;
  readonly wouldFail: GenerationFailure | null;
  readonly inputTokens: number;
  readonly estimatedCostUsd: number | null;
  readonly estimatedCostUpperUsd: number | null;
};

/**
 * The use case of the gateway, as the transports see it.
 *
 * What callers may rely on:
 * - Expected failures are results, never thrown. What is thrown is a bug, or `signal`'s reason.
 * - When `signal` aborts, the caller has left: it hears nothing more, and the run behind it is stopped
 *   after the grace period unless somebody else listens.
 */
export type GenerationService = {
  /** The fold of the stream: resolves when the generation ended. */
  generate(
    request: GenerationRequest,
    caller: Principal,
    signal: AbortSignal,
  ): Promise<GenerateResult>;
  /**
   * The events as they come, from the first. Returns at once and begins when iterated. A request refused
   * before it began yields one `failed` event.
   */
  generateStream(
    request: GenerationRequest,
    caller: Principal,
    signal: AbortSignal,
  ): AsyncIterable<GenerationEvent>;
  /** What `generate` would do, without calling a model or writing anything. */
  preview(request: GenerationRequest, caller: Principal): Promise<GenerationPreview>;
  activity(): GenerationActivity;
  /**
   * Refuses new requests with SHUTTING_DOWN and resolves when all running ones have ended. Those still
   * running when `deadline` aborts fail with SHUTTING_DOWN.
   */
  drain(deadline: AbortSignal): Promise<void>;
};

export type GenerationActivity = {
  /** Generations that have not ended. */
  readonly generations: number;
  /** Streams that are being listened to. */
  readonly subscribers: number;
};
