import type { GenerationRequest } from '../domain/request.ts';
import type { Principal } from '../tenancy/principal.ts';
import type { GenerationErasing } from './erase-generations.ts';
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
 * - When `signal` aborts, the caller has left: it hears nothing more, and the run behind its generation is
 *   stopped after the grace period unless somebody else listens.
 * - A request whose `idempotencyKey` its principal has used before stands for the generation that the key
 *   stands for. Another input with that key fails with IDEMPOTENCY_CONFLICT; a retryable failure frees it.
 * - A generation is known to its tenant alone, while it runs and for a while after.
 */
export type GenerationService = GenerationErasing & {
  /** The fold of the stream: resolves when the generation ended. */
  generate(
    request: GenerationRequest,
    caller: Principal,
    signal: AbortSignal,
  ): Promise<GenerateResult>;
  /**
   * Resolves with the generation as it begins; `resume` follows it. Until somebody has, it counts as listened
   * to: it runs to its end, or until it is cancelled.
   */
  start(request: GenerationRequest, caller: Principal): Promise<GenerateResult>;
  /**
   * The events as they come, after `afterSeq` when the request stands for a generation that has begun before,
   * else from the first. Returns at once and begins when iterated. A request refused before it began yields
   * one `failed` event.
   */
  generateStream(
    request: GenerationRequest,
    caller: Principal,
    afterSeq: number,
    signal: AbortSignal,
  ): AsyncIterable<GenerationEvent>;
  /** The events of a generation after `afterSeq`. One that is not known yields one `failed` with NOT_FOUND. */
  resume(
    generationId: string,
    caller: Principal,
    afterSeq: number,
    signal: AbortSignal,
  ): AsyncIterable<GenerationEvent>;
  /** The generation as it is now; null when it is not known. */
  find(generationId: string, caller: Principal): Promise<GenerationSnapshot | null>;
  /**
   * Ends the generation for all its listeners, and its run when no other generation wants it. Resolves with
   * how it ended; null when it is not known. One that has ended stays as it is.
   */
  cancel(generationId: string, caller: Principal): Promise<GenerationSnapshot | null>;
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
