import { getHeapSpaceStatistics } from 'node:v8';
import { openModels } from '../src/cache-adapters.ts';
import { loadConfig } from '../src/config/load-config.ts';
import { type GrowingEntries, growingEntries, NEIGHBOURS } from './growing-entries.ts';
import { type Latency, latencyOf } from './latency.ts';
import { type LookUps, longestGap, timeLookUps } from './look-ups.ts';
import { printTable } from './table.ts';

const SIZES = [1_000, 10_000, 30_000, 100_000, 300_000, 1_000_000];

/** A million take a quarter of an hour to add. */
const MOST_BY_DEFAULT = 300_000;

/** Where the whole look-up is measured. */
const WHOLE_AT = 100_000;

/** With fewer, what else the process has is more than what they take. */
const FEWEST_TO_WEIGH = 100_000;

const LOOK_UPS = 1_000;
const SCANS = 100;

type Grown = {
  readonly size: number;
  readonly added: Latency;
  readonly found: Latency;
  readonly scanned: Latency;
  readonly recall: number;
  readonly bytes: { readonly counted: number; readonly resident: number };
};

/**
 * Prints how a look-up among the vectors of one partition grows with their number, up to the one that is named behind
 * `lookup` on the command line, and what the whole look-up takes.
 */
export async function reportLookUp() {
  const most = Number(process.argv[3] ?? MOST_BY_DEFAULT);
  const sizes = SIZES.filter((size) => size <= most);
  const entries = await growingEntries();
  const rows: Grown[] = [];
  /** What the encoder leaves behind is no entry's. */
  let beside = 0;
  for (const size of sizes) {
    rows.push(await grow(entries, size, beside));
    if (size === WHOLE_AT) {
      const before = residentBytes();
      await reportWhole(entries);
      beside = residentBytes() - before;
    }
  }
  printGrowth(rows);
}

async function grow(entries: GrowingEntries, size: number, beside: number): Promise<Grown> {
  const added: number[] = [];
  await entries.growTo(size, (tookMs) => {
    added.push(tookMs);
    if (entries.size % 50_000 === 0) console.log(`  ${entries.size} of ${size} were added`);
  });
  await build(entries);
  const vectors = Array.from({ length: LOOK_UPS }, () => entries.nextVector());
  const found = latencyOf(vectors.map((vector) => timeOf(() => entries.nearest(vector))));
  const some = vectors.slice(0, SCANS);
  const scanned = latencyOf(some.map((vector) => timeOf(() => entries.trueNearest(vector))));
  const recall = recallOf(entries, some);
  const bytes = { counted: entries.bytes(), resident: residentBytes() - beside };
  return { size, added: latencyOf(added), found, scanned, recall, bytes };
}

async function build(entries: GrowingEntries) {
  if (!entries.building) return;
  console.log(`  ${entries.size} are there, and their graph is built`);
  const startedAt = performance.now();
  const gapMs = await longestGap(entries.built);
  const seconds = (performance.now() - startedAt) / 1_000;
  console.log(`  it took ${seconds.toFixed(0)} s; longest gap of the event loop ${ms(gapMs)}`);
}

/** Of the true nearest, the share that is found. */
function recallOf(entries: GrowingEntries, vectors: readonly Float32Array[]): number {
  const found = vectors.map((vector) => {
    const least = entries.trueNearest(vector).at(-1)?.similarity ?? 0;
    return entries.nearest(vector).filter(({ similarity }) => similarity >= least).length;
  });
  return found.reduce((sum, count) => sum + count, 0) / (NEIGHBOURS * vectors.length);
}

function timeOf(call: () => unknown): number {
  const startedAt = performance.now();
  call();
  return performance.now() - startedAt;
}

/** What the process has of the machine, without the room that its heap has to spare. */
function residentBytes(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  const spare = getHeapSpaceStatistics().map((space) => {
    return space.physical_space_size - space.space_used_size;
  });
  return process.memoryUsage().rss - spare.reduce((sum, bytes) => sum + bytes, 0);
}

/** What a prompt that is like none takes; the models that judge those that are alike come on top. */
async function reportWhole(entries: GrowingEntries) {
  printWhole('the index alone', await timeIndex(entries));
  const models = await openModels(loadConfig({}).cache.semantic);
  if (models === null) throw new Error('By default there is an encoder.');
  await using _workers = models.workers;
  await using encoder = models.encoder;
  const { signal } = new AbortController();
  const prompts = Array.from({ length: LOOK_UPS }, (_, at) => {
    return `How much does a hen of breed ${at} weigh when she is ${1 + (at % 70)} weeks old?`;
  });
  const whole = await timeLookUps(prompts, async (prompt) => {
    return entries.nearest(await encoder.encode(prompt, signal));
  });
  printWhole('encoder and index', whole);
}

async function timeIndex(entries: GrowingEntries): Promise<LookUps> {
  const vectors = new Map(
    Array.from({ length: LOOK_UPS }, (_, at) => [`prompt ${at}`, entries.nextVector()]),
  );
  return await timeLookUps([...vectors.keys()], async (prompt) => {
    return entries.nearest(vectors.get(prompt) ?? new Float32Array());
  });
}

function printWhole(name: string, { p50, p99, gapMs, count }: LookUps) {
  console.log(
    `a look-up among ${WHOLE_AT} entries, ${name}: p50 ${ms(p50)}, p99 ${ms(p99)}, ` +
      `longest gap of the event loop ${ms(gapMs)} (${count} look-ups)`,
  );
}

function printGrowth(rows: readonly Grown[]) {
  const first = rows[0];
  const title = ['entries', 'p50', '×', 'p99', 'scan p50', 'p99', 'recall@4'];
  printTable([
    [...title, 'add p50', 'p99', 'bytes an entry', 'as counted'],
    ...rows.map(({ size, found, scanned, recall, added, bytes }) => [
      size.toLocaleString('en'),
      ms(found.p50),
      (found.p50 / (first?.found.p50 ?? 1)).toFixed(1),
      ms(found.p99),
      ms(scanned.p50),
      ms(scanned.p99),
      recall.toFixed(3),
      ms(added.p50),
      ms(added.p99),
      size < FEWEST_TO_WEIGH ? '–' : eachOf(first, { size, bytes }).toFixed(0),
      (bytes.counted / size).toFixed(0),
    ]),
  ]);
}

/** What an entry takes that comes to those of the first row: what the process takes by itself is in both. */
function eachOf(first: Grown | undefined, { size, bytes }: Pick<Grown, 'size' | 'bytes'>): number {
  if (first === undefined) return 0;
  return (bytes.resident - first.bytes.resident) / (size - first.size);
}

const ms = (value: number) => `${value.toFixed(value < 10 ? 2 : 1)} ms`;
