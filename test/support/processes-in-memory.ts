import { systemClock } from '../../src/domain/clock.ts';
import type {
  GenerationRecord,
  GenerationRecords,
} from '../../src/generation/generation-record.ts';
import { memoryRatings } from '../../src/generation/memory-ratings.ts';
import { type MemoryRunLog, memoryRunLog } from '../../src/generation/memory-run-log.ts';
import type { Peers } from '../../src/generation/peers.ts';
import { keyOfRun, type RunId } from '../../src/generation/run-id.ts';
import type { RunHooks, RunLease, RunLeases } from '../../src/generation/run-leases.ts';
import {
  type FencingToken,
  type RunLog,
  RunLogFenced,
  TAKE_OVER_GAP,
} from '../../src/generation/run-log.ts';
import type { RunSpec } from '../../src/generation/run-spec.ts';
import type { KeyHolder, SharedKeys } from '../../src/generation/shared-keys.ts';
import { isWithin } from '../../src/tenancy/data-scope.ts';

export type ProcessesInMemory = {
  /** The one log of all runs: refuses who does not own a run any more. */
  readonly log: RunLog;
  /** What one of the processes shares with the others. */
  peers(processId: string): Peers;
  /** The owner of a run is taken for dead by the others, although it goes on: it hears of nothing. */
  orphan(runId: RunId): void;
  /** Of all runs that were claimed, in that order. */
  runIds(): RunId[];
  /** The generations that are listened to in each process that follows the run. */
  listening(runId: RunId): ReadonlyMap<string, readonly string[]>;
  /** The token of its owner; higher when it is nobody's. */
  tokenOf(runId: RunId): FencingToken;
};

type SharedRun = {
  readonly spec: RunSpec;
  /** Null: nobody's. */
  owner: string | null;
  /** Others may take it over. */
  orphaned: boolean;
  token: FencingToken;
  /** How many of its owners were lost; who gave it away was not. */
  lost: number;
  /** Whether others may join it. */
  answering: boolean;
  readonly listening: Map<string, readonly string[]>;
  readonly hooks: Map<string, RunHooks>;
};

/** What processes share, without a Redis and without the time that words to each other take. */
export function processesInMemory(): ProcessesInMemory {
  const memory = memoryRunLog({ maxBytes: 1_000_000, keepMs: 60_000, clock: systemClock });
  const runs = new Map<RunId, SharedRun>();
  const records = sharedRecords();
  const keys = sharedKeys();
  // One process that forgets a generation does not forget it for the others.
  const ratings = { ...memoryRatings(), forget() {} };

  function runOf(runId: RunId): SharedRun {
    const run = runs.get(runId);
    if (run === undefined) throw new Error(`Nobody has claimed ${runId}.`);
    return run;
  }

  return {
    log: fencedLog(memory, runs),
    peers: (processId) => ({
      leases: leasesOf(processId, { memory, runs }),
      ...{ records, keys, ratings },
    }),
    orphan(runId) {
      const run = runOf(runId);
      if (run.owner !== null) run.hooks.delete(run.owner);
      run.orphaned = true;
      tellOrphaned(run);
    },
    runIds: () => [...runs.keys()],
    listening: (runId) => runOf(runId).listening,
    tokenOf: (runId) => runOf(runId).token,
  };
}

type Shared = { readonly memory: MemoryRunLog; readonly runs: Map<RunId, SharedRun> };

function leasesOf(processId: string, { memory, runs }: Shared): RunLeases {
  return {
    async claim(spec) {
      const other = [...runs.values()].find((run) => answers(run, spec));
      if (spec.shared && other !== undefined) {
        const here = other.listening.get(processId) ?? [];
        setListening(other, processId, [...here, spec.startedBy.id]);
        return { owned: false, runId: other.spec.id };
      }
      const run: SharedRun = {
        spec,
        owner: processId,
        orphaned: false,
        token: 1,
        lost: 0,
        answering: spec.shared,
        listening: new Map(),
        hooks: new Map(),
      };
      runs.set(spec.id, run);
      return { owned: true, token: run.token, lease: leaseOf(processId, memory, run) };
    },
    async attend(runId) {
      const run = runs.get(runId);
      return run === undefined ? null : leaseOf(processId, memory, run);
    },
  };

  function answers(run: SharedRun, { id }: RunSpec): boolean {
    return run.answering && !memory.hasEnded(run.spec.id) && keyOfRun(run.spec.id) === keyOfRun(id);
  }
}

function leaseOf(processId: string, memory: MemoryRunLog, run: SharedRun): RunLease {
  const { spec } = run;
  return {
    spec,
    watch: (hooks) => void run.hooks.set(processId, hooks),
    tellListening(generationIds) {
      setListening(run, processId, generationIds);
      if (run.orphaned) tellOrphaned(run);
    },
    isHeard: () => (run.listening.get(processId)?.length ?? 0) > 0,
    askCancel(generationId) {
      tellOwner(run, ({ onCancel }) => onCancel(generationId));
    },
    async takeOver(afterSeq) {
      const last = await memory.lastSeq(spec.id);
      if (!run.orphaned || memory.hasEnded(spec.id) || last > afterSeq) return null;
      const lost = run.lost + (run.owner === null ? 0 : 1);
      const taken = { token: run.token + 1, seq: afterSeq + 1 + TAKE_OVER_GAP, lost };
      Object.assign(run, { owner: processId, orphaned: false, token: taken.token, lost });
      run.listening.delete(processId);
      run.hooks.get(processId)?.onListening(new Map(run.listening));
      return taken;
    },
    async retire(givenUp: readonly string[] = []) {
      const others = [...run.listening].filter(([id]) => id !== processId);
      if (others.every(([, ids]) => ids.every((id) => givenUp.includes(id)))) {
        run.answering = false;
        return true;
      }
      run.hooks.get(processId)?.onListening(new Map(others));
      return false;
    },
    reopen() {
      run.answering = spec.shared;
    },
    async release() {
      if (run.owner !== processId || memory.hasEnded(spec.id)) return false;
      Object.assign(run, { owner: null, orphaned: true, token: run.token + 1 });
      tellOrphaned(run);
      return true;
    },
    disown() {
      void this.release();
    },
    async discard() {
      run.answering = false;
    },
    close: () => void run.hooks.delete(processId),
  };
}

function setListening(run: SharedRun, processId: string, generationIds: readonly string[]) {
  run.listening.set(processId, generationIds);
  tellOwner(run, ({ onListening }) => onListening(new Map(run.listening)));
}

/** A word to another process is heard a little later. */
function tellOwner(run: SharedRun, word: (hooks: RunHooks) => void) {
  queueMicrotask(() => {
    const hooks = run.owner === null ? undefined : run.hooks.get(run.owner);
    if (hooks !== undefined) word(hooks);
  });
}

function tellOrphaned({ hooks, owner }: SharedRun) {
  queueMicrotask(() => {
    for (const [processId, { onOrphaned }] of hooks) if (processId !== owner) onOrphaned();
  });
}

/** Refuses a token that is too low as soon as there is a higher one, written or not. */
function fencedLog(memory: MemoryRunLog, runs: Shared['runs']): RunLog {
  return {
    ...memory,
    async append(runId, fencing, events) {
      if (fencing < (runs.get(runId)?.token ?? 0)) throw new RunLogFenced();
      await memory.append(runId, fencing, events);
    },
  };
}

function sharedRecords(): GenerationRecords {
  const records = new Map<string, GenerationRecord>();
  const settled = new Set<string>();
  return {
    save: async (record) => void records.set(record.id, record),
    find: async (id) => records.get(id) ?? null,
    forget() {},
    async erase(scope) {
      const ids = [...records.values()].flatMap((each) => (isWithin(scope, each) ? [each.id] : []));
      return ids.filter((id) => records.delete(id));
    },
    async settle(id) {
      const isFirst = !settled.has(id);
      settled.add(id);
      return isFirst;
    },
  };
}

function sharedKeys(): SharedKeys {
  const holders = new Map<string, KeyHolder>();
  return {
    async hold(name, holder) {
      const held = holders.get(name) ?? holder;
      holders.set(name, held);
      return held;
    },
    async replace(name, held, next) {
      if (holders.get(name)?.generationId !== held.generationId) return false;
      holders.set(name, next);
      return true;
    },
    async settle() {},
    async free(name, generationId) {
      if (holders.get(name)?.generationId === generationId) holders.delete(name);
    },
  };
}
