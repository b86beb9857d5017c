import type { DataScope } from '../tenancy/data-scope.ts';
import type { GenerationSnapshot } from './generation.ts';
import type { Decided } from './plan.ts';
import type { RunId } from './run-id.ts';

/** What any process needs to know of a generation to tell of it. Plain JSON. */
export type GenerationRecord = RecordInRun | RecordOfHit;

type RecordHead = {
  readonly id: string;
  readonly tenant: string;
  readonly namespace: string;
  /** Milliseconds since the Unix epoch. */
  readonly acceptedAt: number;
  readonly detached: boolean;
};

export type RecordInRun = RecordHead & {
  readonly from: 'run';
  readonly runId: RunId;
  readonly joined: boolean;
  readonly decided: Decided;
};

/** All of it: a stored answer may be gone by the time that somebody asks. */
export type RecordOfHit = RecordHead & {
  readonly from: 'cache';
  readonly snapshot: GenerationSnapshot;
};

/**
 * The generations that the processes know of together, for as long as a run is kept.
 *
 * What callers may rely on: nothing rejects but `find`, with a GatewayError that is retryable, when nobody can be
 * asked; and `erase`, which may be called again.
 */
export type GenerationRecords = {
  /** Resolves when other processes can find it, or when that is given up. */
  save(record: GenerationRecord): Promise<void>;
  find(id: string): Promise<GenerationRecord | null>;
  /** This process does not answer for the generation any more. */
  forget(id: string): void;
  /** Nobody finds the generations of a scope any more. Resolves to their ids. */
  erase(scope: DataScope): Promise<readonly string[]>;
  /**
   * Says that a generation that a run answered is over. Of all processes that say so, one is answered true: it
   * reports the generation. When that cannot be found out, it is the one that took the request up.
   */
  settle(id: string, options: { acceptedHere: boolean }): Promise<boolean>;
};
