import type { FailureCode } from '../domain/errors.ts';
import type { GenerationRequest } from '../domain/request.ts';
import type { Principal } from '../tenancy/principal.ts';
import type { GenerationEvent, GenerationSnapshot } from './generation.ts';
import type { RunEnd } from './run-log.ts';

/** A request that was taken up and got its id. */
export type Accepted = {
  readonly id: string;
  readonly request: GenerationRequest;
  readonly caller: Principal;
  /** On `Clock.elapsed`. */
  readonly at: number;
};

/** One request's generation while this process serves it. */
export type Generation = {
  readonly id: string;
  /** The events after `afterSeq`, as they come; ends after the last one, or when `signal` aborts. */
  events(afterSeq: number, signal: AbortSignal): AsyncIterable<GenerationEvent>;
  /** Resolves when the generation has ended; rejects with `signal`'s reason. */
  result(signal: AbortSignal): Promise<GenerationSnapshot>;
  /** The caller that began it is gone. Call it once. */
  leave(): void;
  /** Resolves when the generation has ended, whoever listens. */
  readonly outcome: Promise<GenerationOutcome>;
};

/** How a generation ended, without its text. */
export type GenerationOutcome = Omit<
  GenerationSnapshot,
  'status' | 'text' | 'reasoning' | 'failure'
> & {
  readonly status: RunEnd['status'];
  readonly failureCode: FailureCode | null;
  /** The candidate that served, or was the last to fail; null when none was asked for it. */
  readonly askedModel: string | null;
};
