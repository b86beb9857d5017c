import type { Clock } from '../domain/clock.ts';
import type { Accepted, Generation } from './accepted.ts';
import { cachedGeneration } from './cached-generation.ts';
import type { GenerationRecord, GenerationRecords, RecordInRun } from './generation-record.ts';
import type { KeptGenerations } from './kept-generations.ts';
import { type LiveGenerationDeps, liveGeneration } from './live-generation.ts';
import type { Runs } from './runs.ts';

/** The generations of all processes. */
export type KnownGenerations = {
  /** Null when `tenant` has no such generation, or has it no more. */
  find(id: string, tenant: string): Promise<Generation | null>;
  /** The generation of a record that is at hand. */
  adopt(record: RecordInRun): Promise<Generation | null>;
};

/** @param deps.onFound hears of each that another process has taken up, when it is known here too */
export function findGenerations(
  deps: LiveGenerationDeps & {
    readonly kept: KeptGenerations;
    readonly runs: Runs;
    readonly records: GenerationRecords;
    readonly clock: Clock;
    readonly onFound: (generation: Generation) => void;
  },
): KnownGenerations {
  const { kept, clock } = deps;
  /** One object for each generation, however many ask for it at once. */
  const loading = new Map<string, Promise<Generation | null>>();

  async function find(id: string, tenant: string): Promise<Generation | null> {
    // It may have become known since somebody else began to look for it.
    const generation = kept.find(id) ?? (await loading.get(id)) ?? (await once(id, () => load(id)));
    return generation?.accepted.tenant === tenant ? generation : null;
  }

  async function adopt(record: RecordInRun): Promise<Generation | null> {
    return kept.find(record.id) ?? once(record.id, () => loadFrom(record));
  }

  function once(id: string, load: () => Promise<Generation | null>): Promise<Generation | null> {
    const found = loading.get(id) ?? load().finally(() => loading.delete(id));
    loading.set(id, found);
    return found;
  }

  async function load(id: string): Promise<Generation | null> {
    const record = await deps.records.find(id);
    return record && loadFrom(record);
  }

  async function loadFrom(record: GenerationRecord): Promise<Generation | null> {
    const generation = await (record.from === 'run' ? loadFromRun(record) : loadHit(record));
    if (generation === null) return null;
    deps.onFound(generation);
    kept.add(generation);
    return generation;
  }

  async function loadFromRun(record: RecordInRun): Promise<Generation | null> {
    const run = await deps.runs.find(record.runId);
    if (run === null) return null;
    const { joined, decided } = record;
    const seat = run.seatOf(record.id);
    if (!record.detached) {
      // Whoever asks may be about to listen. Only when he is not for as long as the grace period is nobody there.
      seat.enter();
      seat.leave();
    }
    return liveGeneration(deps, acceptedOf(record), decided, { run, seat, joined });
  }

  async function loadHit(record: Exclude<GenerationRecord, RecordInRun>) {
    return cachedGeneration(acceptedOf(record), record.snapshot);
  }

  function acceptedOf({ id, tenant, namespace, acceptedAt, detached }: GenerationRecord): Accepted {
    return { id, tenant, namespace, at: clock.elapsed() - (clock.now() - acceptedAt), detached };
  }

  return { find, adopt };
}
