import type { FailureCode } from '../domain/errors.ts';
import type { GenerationRequest } from '../domain/request.ts';
import type { Principal } from '../tenancy/principal.ts';
import type { GenerationEvent, GenerationSnapshot } from './generation.ts';
import type { RunEnd } from './run-log.ts';

/** A request that was taken up and got its id, as any process may know it. */
export type Accepted = {
  readonly id: string;
  readonly tenant: string;
  readonly namespace: string;
  /** On `Clock.elapsed` of this process. */
  readonly at: number;
  /** Nobody waits for it from its start: it runs to its end unless its listener comes and goes. */
  readonly detached: boolean;
};

/** A request in the process that took it up. */
export type AcceptedRequest = Accepted & {
  readonly request: GenerationRequest;
  readonly caller: Principal;
};

/** One request's generation while this process knows it. */
export type Generation = {
  readonly accepted: Accepted;
  /** Whether it began the run that answers it, and carries its cost. */
  readonly paysForRun: boolean;
  /** UTF-16 units that it holds itself, of its request and its answer; what a log holds is counted there. */
  readonly heldUnits: number;
  /**
   * The events after `afterSeq`, as they come; ends after the last one, or when `signal` aborts. Whoever has
   * the last one already hears it again.
   *
   * @throws RunUnknown when the log is not kept any more; RunLost when it is out of reach
   */
  events(afterSeq: number, signal: AbortSignal): AsyncIterable<GenerationEvent>;
  /** Resolves when the generation has ended; rejects with `signal`'s reason, or with RunUnknown. */
  result(signal: AbortSignal): Promise<GenerationSnapshot>;
  /** The generation as it is now; rejects with RunUnknown. */
  snapshot(): Promise<GenerationSnapshot>;
  /** One more listener. */
  enter(): void;
  /** One less. Call it once for each. */
  leave(): void;
  /** A listener goes, and the next one to enter takes its place: until then it counts as if it were there. */
  handOver(): void;
  /** Whether its run is being stopped, or was. */
  isStopped(): boolean;
  /** Ends this generation for all its listeners, unless it has ended. Resolves when it is over. */
  cancel(): Promise<void>;
  /** Resolves when the generation is over for its listeners. */
  readonly ended: Promise<void>;
  /**
   * Resolves when its accounts are known: with the end, unless it was cancelled while others go on with the
   * call that it has to pay. Rejects when the log did not take the end.
   */
  readonly outcome: Promise<GenerationOutcome>;
};

/** How a generation ended, without its text. */
export type GenerationOutcome = Omit<
  GenerationSnapshot,
  'status' | 'text' | 'reasoning' | 'failure'
> & {
  readonly status: RunEnd['status'];
  readonly failure: { readonly code: FailureCode; readonly retryable: boolean } | null;
  /** The candidate that served, or was the last to fail; null when none was asked for it. */
  readonly askedModel: string | null;
};
