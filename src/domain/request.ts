/**
 * What a caller asks for, after the transport's input was checked: every field is present, and `null`
 * means "not given". No module below changes a request.
 *
 * A field added here does not compile until `cache/partition.ts` says whether it belongs in the cache key.
 */
export type GenerationRequest = {
  /** The last user turn, as the caller wrote it. */
  readonly prompt: string;
  readonly system: string | null;
  /** Earlier turns, oldest first. */
  readonly history: readonly Message[];
  /** A pinned model; the router is skipped. */
  readonly model: string | null;
  /** Output tokens, at least 1. */
  readonly maxTokens: number | null;
  /** 0..2 */
  readonly temperature: number | null;
  /** 0..1, above 0 */
  readonly topP: number | null;
  readonly stop: readonly string[];
  readonly seed: number | null;
  readonly responseFormat: ResponseFormat;
  readonly cache: CacheControl;
  readonly routing: RoutingWish;
  readonly idempotencyKey: string | null;
};

export type MessageRole = 'USER' | 'ASSISTANT';

export type Message = { readonly role: MessageRole; readonly content: string };

export type ResponseFormat =
  | { readonly kind: 'TEXT' }
  | { readonly kind: 'JSON' }
  /** `jsonSchema` is JSON text that was parsed once and found to be an object. */
  | { readonly kind: 'JSON_SCHEMA'; readonly jsonSchema: string };

/**
 * - DEFAULT: look up, else generate and store.
 * - REFRESH: skip the look-up, store the answer.
 * - BYPASS: neither; such a request never joins another's run either.
 * - ONLY_IF_CACHED: never call a model.
 */
export type CacheMode = 'DEFAULT' | 'REFRESH' | 'BYPASS' | 'ONLY_IF_CACHED';

export type CacheControl = {
  readonly mode: CacheMode;
  readonly namespace: string;
  /** How long an answer stored by this request may live; null: the configured time. */
  readonly ttlSeconds: number | null;
  /** Entries older than this are refused (FRESHNESS). */
  readonly maxAgeSeconds: number | null;
  /** False: exact matches only. */
  readonly semantic: boolean;
  /** Largest tolerated share of wrong answers among semantic hits, 0..1; null: the configured rate. */
  readonly maxErrorRate: number | null;
};

export const DEFAULT_NAMESPACE = 'default';

export type RoutingWish = {
  /** Who is assigned to an experiment arm: a user, a tenant, a conversation. Never the prompt. */
  readonly stickyKey: string | null;
  readonly tier: ModelTier | null;
};

export type ModelTier = 'SMALL' | 'LARGE';
