import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { exactIndex } from '../src/cache/semantic/exact-index.ts';
import { loadGraphIndex } from '../src/cache/semantic/graph-index.ts';
import { growingIndex } from '../src/cache/semantic/growing-index.ts';
import { memoryEntryIndex } from '../src/cache/semantic/memory-entry-index.ts';
import { vectorArena } from '../src/cache/semantic/vector-arena.ts';
import type { VectorMatch } from '../src/cache/semantic/vector-index.ts';
import { systemClock } from '../src/domain/clock.ts';
import { clusteredVectors } from '../test/support/clustered-vectors.ts';

/** Entries of one partition, in an index as the gateway has it. */
export type GrowingEntries = {
  readonly size: number;
  /** Adds entries until there are `count`. */
  growTo(count: number, onAdded: (tookMs: number) => void): Promise<void>;
  /** Waits for what is built in the background. */
  built(): Promise<void>;
  readonly building: boolean;
  /** What a look-up does, for a prompt that is like some of those there are, but new. */
  nearest(vector: Float32Array): readonly { readonly similarity: number }[];
  /** The true nearest, by a scan of all. */
  trueNearest(vector: Float32Array): readonly VectorMatch[];
  /** Another vector of the kind that is stored. */
  nextVector(): Float32Array;
  /** As the index counts them. */
  bytes(): number;
};

export const NEIGHBOURS = 4;

const DIMENSIONS = 384;
const PARTITION = 'p'.repeat(43);

/** Adds between which others have their turn. */
const BATCH = 250;

export async function growingEntries(): Promise<GrowingEntries> {
  const vectors = clusteredVectors({
    dimensions: DIMENSIONS,

    perCluster: 20,
    seed: 1,
  });
  const exact = exactIndex({ arena: vectorArena({ dimensions: DIMENSIONS }) });
  const openGraph = await loadGraphIndex();
  let steps = 0;
  const later = (step: () => void) => {
    steps += 1;
    setImmediate(() => {
      steps -= 1;
      step();
    });
  };
  const entries = memoryEntryIndex({
    maxBytes: Number.MAX_SAFE_INTEGER,
    clock: systemClock,
    newIndex: () => growingIndex({ vectors: exact, openGraph, clock: systemClock, later }),
  });

  function add(number: number, vector: Float32Array) {
    const key = createHash('sha256').update(`${number}`).digest('base64url');
    const prompt = `Question ${number} of somebody who needs`.padEnd(
      100,
      ' a hundred characters to ask it',
    );
    entries.add({
      ...{ place: { tenant: 'acme', namespace: 'default', key }, partition: PARTITION, prompt },
      ...{ vector, savesUsd: 0.001, expiresAt: Number.MAX_SAFE_INTEGER },
    });
  }

  return {
    get size() {
      return exact.size;
    },
    async growTo(count, onAdded) {
      while (exact.size < count) {
        const vector = vectors.next();
        const startedAt = performance.now();
        add(exact.size, vector);
        onAdded(performance.now() - startedAt);
        if (exact.size % BATCH === 0) await turn();
      }
    },
    async built() {
      while (steps > 0) await turn();
    },
    get building() {
      return steps > 0;
    },
    nearest: (vector) => entries.nearest(PARTITION, vector, NEIGHBOURS),
    trueNearest: (vector) => exact.nearest(vector, NEIGHBOURS),
    nextVector: () => vectors.next(),
    bytes: () => entries.status().bytes,
  };
}
