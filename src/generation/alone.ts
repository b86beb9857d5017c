import { memoryRatings } from './memory-ratings.ts';
import type { Peers } from './peers.ts';
import type { RunLease } from './run-leases.ts';
import type { RunSpec } from './run-spec.ts';

const ONLY_TOKEN = 1;

/** What processes share, for one that shares nothing: it owns all that it claims, and knows of no other's. */
export function alone(): Peers {
  return {
    leases: {
      claim: async (spec) => ({ owned: true, token: ONLY_TOKEN, lease: lonelyLease(spec) }),
      attend: async () => null,
    },
    records: {
      async save() {},
      find: async () => null,
      forget() {},
      erase: async () => [],
      settle: async (_id, { acceptedHere }) => acceptedHere,
    },
    keys: {
      hold: async (_name, holder) => holder,
      replace: async () => true,
      async settle() {},
      async free() {},
    },
    ratings: memoryRatings(),
  };
}

function lonelyLease(spec: RunSpec): RunLease {
  return {
    spec,
    watch() {},
    tellListening() {},
    isHeard: () => true,
    askCancel() {},
    takeOver: async () => null,
    retire: async () => true,
    reopen() {},
    release: async () => false,
    disown() {},
    async discard() {},
    close() {},
  };
}
