import type { RunId } from './run-id.ts';
import type { FencingToken, RunReset } from './run-log.ts';
import type { RunSpec } from './run-spec.ts';

/**
 * Who owns which run. One process asks the models and writes the log; the others that have generations in the run
 * follow the log. A process owns what it claims for as long as it lives, or rather until it has not been heard of
 * for the time of the lease; then any follower may take over.
 *
 * What callers may rely on:
 * - A lease says who should write. That nobody else can is what the fencing token is for: whoever took over
 *   has a higher one, and the log refuses all lower ones.
 * - At any time there is at most one shared run for one exact key, as long as the processes reach what they share.
 * - Nothing else rejects. A process that reaches nobody owns what it claims, and takes over nothing.
 * - Nobody takes over sooner than one lease after what is shared came back: its owner may be alive.
 */
export type RunLeases = {
  /**
   * Owns the run, unless `spec.shared` and another run answers the question now: then that is the one to follow,
   * and its owner knows that `spec.startedBy` listens.
   */
  claim(spec: RunSpec): Promise<RunClaim>;
  /**
   * The part of this process in a run that it has not claimed; null when there is no such run, or no more. Rejects
   * with a GatewayError that is retryable when nobody can be asked.
   *
   * @param claimedBy the generation for which a claim has just named the run
   */
  attend(runId: RunId, claimedBy?: string): Promise<RunLease | null>;
};

export type RunClaim =
  | { readonly owned: true; readonly token: FencingToken; readonly lease: RunLease }
  | { readonly owned: false; readonly runId: RunId };

/** The part of this process in one run. */
export type RunLease = {
  readonly spec: RunSpec;
  /** To be called once, before anything else: who hears of what others do. */
  watch(hooks: RunHooks): void;
  /** Tells the owner which generations are listened to in this process. */
  tellListening(generationIds: readonly string[]): void;
  /** Whether the owner knows that somebody listens in this process, and so will not stop. */
  isHeard(): boolean;
  /** Asks the owner to cancel a generation. The word may be lost: ask again until the log says so. */
  askCancel(generationId: string): void;
  /**
   * Owns the run from now on; null when somebody else owns it, it has ended, or its log goes on after `afterSeq`.
   * The owner goes on by appending `reset` with the seq of the answer. Others may have read it before.
   */
  takeOver(afterSeq: number, reset: RunReset): Promise<RunTaken | null>;
  /**
   * The owner wants to stop: true when no other living process listens, but to generations that are given up, and
   * from then on none will join. False: the hooks have told who does.
   */
  retire(givenUp: readonly string[]): Promise<boolean>;
  /** The owner goes on after all, for a listener of its own who came meanwhile: others may join again. */
  reopen(): void;
  /** The owner gives the run away: true when any process may take it over at once, and this one can write no more. */
  release(): Promise<boolean>;
  /** The owner cannot go on: any other process may, and hears of it as soon as that can be said. */
  disown(): void;
  /** The run never began: nothing of it is kept, unless others follow it already. */
  discard(): Promise<void>;
  /** This process has done with the run. */
  close(): void;
};

export type RunTaken = {
  readonly token: FencingToken;
  /** Of the reset. */
  readonly seq: number;
  /** How many owners the run has lost; those that gave it away are not counted. */
  readonly lost: number;
};

export type RunHooks = {
  /** Nobody owns the run. Called again and again until somebody does. */
  onOrphaned(): void;
  /** Another process took the run over from this one. */
  onTakenOver(): void;
  /** The generations that are listened to in each other process that follows. */
  onListening(listening: ReadonlyMap<string, readonly string[]>): void;
  /** A follower asks to cancel a generation. */
  onCancel(generationId: string): void;
};
