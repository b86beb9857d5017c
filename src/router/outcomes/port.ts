import type { FailureCode } from '../../domain/errors.ts';
import type { ModelTier } from '../../domain/request.ts';
import type { DataScope } from '../../tenancy/data-scope.ts';
import type { EncodedFeatures } from '../gain/stored-features.ts';
import type { ChosenBy, Complexity } from '../port.ts';
import type { AnswerSignal } from './answer-signals.ts';
import type { PromptSketch } from './prompt-sketch.ts';

/** What the router knew of a request and decided, when it did. Plain JSON. */
export type RoutedDecision = {
  /** What the gain model sees of the prompt; null when nothing looked at it. */
  readonly features: EncodedFeatures | null;
  /** Id of the encoder that the vector among them is of; null when there is none. */
  readonly encoder: string | null;
  /** The models of the two tiers as they were configured. */
  readonly pair: { readonly small: string; readonly large: string };
  /** The tier that was taken. */
  readonly tier: ModelTier;
  /** Probability with which that tier was taken, above 0, at most 1. */
  readonly propensity: number;
  readonly chosenBy: ChosenBy;
  readonly complexity: Complexity | null;
  /** -1..1; null without a gain model. */
  readonly expectedGain: number | null;
  /** 0..1; null without a gain model. */
  readonly familiarity: number | null;
  /** `about.version` of the gain model that was asked; null for none. */
  readonly gainModel: string | null;
};

/** A request that was routed, and that a model answered or failed. Plain JSON, without text of prompt or answer. */
export type RoutedOutcome = RoutedDecision & {
  readonly kind: 'outcome';
  readonly generationId: string;
  /** When it ended, milliseconds since the Unix epoch. */
  readonly at: number;
  readonly tenant: string;
  readonly namespace: string;
  /** Keyed digest of who asked; null when that is not known. */
  readonly unit: string | null;
  /** To find the same question in other words; null for a prompt that says too little. */
  readonly sketch: PromptSketch | null;
  /** The model that answered, or was the last to fail: another than the tier's when that one failed before. */
  readonly model: string;
  /** The tier of `model`; null for a model outside the tiers. */
  readonly answeredBy: ModelTier | null;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number | null;
  readonly firstTokenMs: number | null;
  readonly totalMs: number;
  readonly status: 'FINISHED' | 'FAILED' | 'CANCELLED';
  readonly failure: FailureCode | null;
  readonly signals: readonly AnswerSignal[];
  /** Null unless the operator has prompts kept (OUTCOME_LOG_PROMPTS). */
  readonly prompt: string | null;
};

/** What somebody said of an answer, later. Plain JSON. */
export type LateSignal = {
  readonly kind: 'rating';
  readonly generationId: string;
  readonly tenant: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly verdict: 'GOOD' | 'BAD';
};

export type OutcomeEntry = RoutedOutcome | LateSignal;

/** An entry, and where it stands: to be handed to `read`, and to nothing else. */
export type LoggedEntry = { readonly position: string; readonly entry: OutcomeEntry };

/**
 * What came of the requests that were routed, and what was said of the answers later: the router learns from it, and
 * proves by it that it has learned. `test/contract/outcome-log.ts` runs against every adapter.
 *
 * What callers may rely on:
 * - `append` returns at once and never throws: entries wait in memory, so many at the most, and are written in the
 *   background. What finds no room there, or cannot be written for long, is lost; `lost` counts it, and the log tells.
 * - It is bounded: the oldest entries go when it is full.
 * - `read` yields what is there after a position, oldest first, and ends; from null all of it. Who follows the log reads
 *   on from the last position that he had. When that is not known any more he hears all of it again, and an entry may
 *   come twice anyway, so that he has to pass over what he knows by its id. Nothing is yielded that this version cannot
 *   read. It rejects when the log is out of reach.
 * - An entry that was appended by this process is there for `read` within seconds, and after `flush`.
 * - `erase` takes out what belongs to a scope, with what was said of it, also what waits here to be written. What other
 *   processes have waiting may be written after. It rejects when it cannot, and may be called again.
 * - Disposal writes what waits, as far as that can be done within a second or so.
 */
export type OutcomeLog = AsyncDisposable & {
  append(entry: OutcomeEntry): void;
  read(after: string | null): AsyncIterable<LoggedEntry>;
  /** Resolves when what waited has been written, or has failed to be. Never rejects. */
  flush(): Promise<void>;
  erase(scope: DataScope): Promise<void>;
  /** How many entries this process could not keep. */
  readonly lost: number;
};
