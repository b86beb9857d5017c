import type { Listening, RunPlace } from './redis-run-ownership.ts';
import type { RunHooks } from './run-leases.ts';
import type { FencingToken } from './run-log.ts';
import type { RunSpec } from './run-spec.ts';

/** The part of this process in one run. */
export type Part = {
  readonly place: RunPlace;
  readonly spec: RunSpec;
  hooks: RunHooks | null;
  /** Null while another process owns the run. */
  token: FencingToken | null;
  /** Who owns it, as far as this process has heard; empty for nobody. */
  owner: string;
  /** In this process, which does not own it. */
  listening: readonly string[];
  /** Redis knows that somebody listens here. */
  heard: boolean;
  /** In other processes, while this one owns it. */
  remote: Listening;
  /** This process owns it and cannot go on with it. */
  disowned: boolean;
  /** Redis was told of listeners that are about to come. */
  foretold: boolean;
  /** Redis does not know yet that this process owns the run, or who listens here. */
  untold: boolean;
  /** Tells Redis what it does not know of the part, or has lost. Never rejects. */
  readonly tell: () => Promise<void>;
  /** Finds out who listens in other processes, if this one owns the run. Never rejects. */
  readonly lookWhoListens: () => Promise<void>;
};
