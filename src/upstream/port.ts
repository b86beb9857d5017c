import type { FailureCode } from '../domain/errors.ts';
import type { Message, ResponseFormat } from '../domain/request.ts';
import type { FinishReason } from '../domain/usage.ts';

/** One call of one model. What is null is left to the provider's default. */
export type UpstreamCall = {
  /** Whose call it is. For a fair share of the upstream; never sent. */
  readonly tenant: string;
  readonly model: string;
  readonly system: string | null;
  /** Oldest first; the last one is the user's. */
  readonly messages: readonly Message[];
  readonly maxTokens: number | null;
  readonly temperature: number | null;
  readonly topP: number | null;
  readonly stop: readonly string[];
  readonly seed: number | null;
  readonly responseFormat: ResponseFormat;
};

/**
 * What an upstream says, in order: any number of times that nothing is under way (`queued` or `failed`) and then
 * that the call is (`sent`), any number of `text` and `reasoning` parts, none of them empty, then exactly one
 * `finish`. A call that says nothing of it is under way from the first.
 */
export type UpstreamPart =
  /** The call waits for its turn. Nothing was sent. */
  | { readonly type: 'queued' }
  /** The call failed before anything of an answer came. It will be sent again. */
  | { readonly type: 'failed'; readonly failure: FailureCode }
  /** It is sent now: from here on it may cost. */
  | { readonly type: 'sent' }
  | { readonly type: 'text'; readonly text: string }
  /** Thought aloud by a reasoning model; not part of the answer. */
  | { readonly type: 'reasoning'; readonly text: string }
  | {
      readonly type: 'finish';
      readonly finishReason: FinishReason;
      /** The model as the provider named it; null when it did not. */
      readonly model: string | null;
      /** As counted by the provider; null when it did not say. */
      readonly usage: { readonly inputTokens: number; readonly outputTokens: number } | null;
    };

/**
 * Something that answers prompts: a model server, a provider, the built-in demo.
 *
 * What callers may rely on:
 * - `stream` does nothing until it is iterated, and pulls: an unread part holds the upstream back.
 * - It ends with `finish` or throws; an end without `finish` does not occur.
 * - It throws a `GatewayError` with `retryable` and `retryAfterMs` already decided. Its code is an UPSTREAM_* one, or
 *   RATE_LIMITED when the gateway itself is too busy to send the call, whichever model it is for.
 *   Parts that were yielded before it threw did arrive.
 * - When `signal` aborts, the connection is closed at once, a pending `next()` rejects with the signal's
 *   reason, and nothing is yielded any more. Leaving the loop early (`return()`) closes it as well.
 */
export type Upstream = {
  /** For people and for health: a base name such as `openai` or `demo`. */
  readonly name: string;
  stream(call: UpstreamCall, signal: AbortSignal): AsyncIterable<UpstreamPart>;
};
