import type { GenerationRecords } from './generation-record.ts';
import type { Ratings } from './ratings.ts';
import type { RunLeases } from './run-leases.ts';
import type { SharedKeys } from './shared-keys.ts';

/** What the processes of one gateway share, beside the logs of their runs. */
export type Peers = {
  readonly leases: RunLeases;
  readonly records: GenerationRecords;
  readonly keys: SharedKeys;
  readonly ratings: Ratings;
};
