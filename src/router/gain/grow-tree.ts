import { BINS, type BinnedTable } from './binned-table.ts';

/** A node of a tree that grows: a leaf until it is split. */
export type Node = {
  /** What it adds, if it stays a leaf. */
  readonly value: number;
  split: { readonly column: number; readonly bin: number; lower: Node; upper: Node } | null;
};

export type Growth = {
  readonly leaves: number;
  /** Of a leaf. */
  readonly minRows: number;
  /** Pulls the values of small leaves toward 0 (Chen and Guestrin 2016, XGBoost). */
  readonly l2: number;
  /** What a leaf adds is multiplied by. */
  readonly rate: number;
};

/** First and second derivative of the loss by what is answered, of each row of the table. */
export type Slopes = { readonly first: Float64Array; readonly second: Float64Array };

/**
 * A tree that lowers the loss most, grown best leaf first (as in LightGBM, Ke et al. 2017).
 *
 * @param rows which rows of the table it is grown on
 * @param columns which it may split by
 */
export function growTree(
  table: BinnedTable,
  {
    slopes,
    rows,
    columns,
    growth,
  }: { slopes: Slopes; rows: Int32Array; columns: readonly number[]; growth: Growth },
): Node {
  const ground = { table, slopes, columns, growth };
  const root = newLeaf(ground, rows, histogramOf(ground, rows));
  const leaves = [root];
  while (leaves.length < growth.leaves) {
    const best = leaves.reduce((one, other) => (other.best.gain > one.best.gain ? other : one));
    if (best.best.gain <= 0) break;
    leaves.splice(leaves.indexOf(best), 1, ...splitLeaf(ground, best));
  }
  return root.node;
}

type Ground = {
  readonly table: BinnedTable;
  readonly slopes: Slopes;
  readonly columns: readonly number[];
  readonly growth: Growth;
};

type Leaf = {
  readonly node: Node;
  readonly rows: Int32Array;
  readonly histogram: Histogram;
  readonly best: Split;
};

type Split = { readonly gain: number; readonly column: number; readonly bin: number };

/** Sums over the rows of each bin of each column that may be split by: first and second slopes, and how many rows. */
type Histogram = Float64Array;
const SUMS = 3;

function newLeaf(ground: Ground, rows: Int32Array, histogram: Histogram): Leaf {
  const totals = totalsOf(histogram);
  const { l2, rate } = ground.growth;
  const node: Node = { value: (-rate * totals.first) / (totals.second + l2), split: null };
  return { node, rows, histogram, best: bestSplit(ground, histogram, totals) };
}

/** Every row is in one bin of the first column. */
function totalsOf(histogram: Histogram) {
  let first = 0;
  let second = 0;
  let count = 0;
  for (let at = 0; at < BINS * SUMS; at += SUMS) {
    first += histogram[at] ?? 0;
    second += histogram[at + 1] ?? 0;
    count += histogram[at + 2] ?? 0;
  }
  return { first, second, count };
}

function histogramOf({ table, slopes, columns }: Ground, rows: Int32Array): Histogram {
  const histogram = new Float64Array(columns.length * BINS * SUMS);
  const { bins, width } = table;
  for (const row of rows) {
    const first = slopes.first[row] ?? 0;
    const second = slopes.second[row] ?? 0;
    const start = row * width;
    for (let place = 0; place < columns.length; place += 1) {
      const at = (place * BINS + (bins[start + (columns[place] ?? 0)] ?? 0)) * SUMS;
      histogram[at] = (histogram[at] ?? 0) + first;
      histogram[at + 1] = (histogram[at + 1] ?? 0) + second;
      histogram[at + 2] = (histogram[at + 2] ?? 0) + 1;
    }
  }
  return histogram;
}

function bestSplit(
  ground: Ground,
  histogram: Histogram,
  totals: ReturnType<typeof totalsOf>,
): Split {
  let best: Split = { gain: 0, column: 0, bin: 0 };
  if (totals.count < 2 * ground.growth.minRows) return best;
  for (const [place, column] of ground.columns.entries()) {
    const last = ground.table.edges[column]?.length ?? 0;
    const split = bestOfColumn(
      histogram.subarray(place * BINS * SUMS),
      last,
      totals,
      ground.growth,
    );
    if (split.gain > best.gain) best = { ...split, column };
  }
  return best;
}

/** @param last the bin above the last edge: below it is everything */
function bestOfColumn(
  sums: Float64Array,
  last: number,
  totals: ReturnType<typeof totalsOf>,
  { minRows, l2 }: Growth,
) {
  const unsplit = totals.first ** 2 / (totals.second + l2);
  let best = { gain: 0, bin: 0 };
  let first = 0;
  let second = 0;
  let count = 0;
  for (let bin = 0; bin < last; bin += 1) {
    first += sums[bin * SUMS] ?? 0;
    second += sums[bin * SUMS + 1] ?? 0;
    count += sums[bin * SUMS + 2] ?? 0;
    if (count < minRows) continue;
    if (totals.count - count < minRows) break;
    const lower = first ** 2 / (second + l2);
    const upper = (totals.first - first) ** 2 / (totals.second - second + l2);
    const gain = lower + upper - unsplit;
    if (gain > best.gain) best = { gain, bin };
  }
  return best;
}

/** The sums of the larger side are what the smaller one leaves. */
function splitLeaf(ground: Ground, { node, rows, histogram, best }: Leaf): readonly [Leaf, Leaf] {
  const { bins, width } = ground.table;
  const isLower = (row: number) => (bins[row * width + best.column] ?? 0) <= best.bin;
  const lowerRows = rows.filter(isLower);
  const upperRows = rows.filter((row) => !isLower(row));
  const lowerIsSmaller = lowerRows.length <= upperRows.length;
  const smaller = histogramOf(ground, lowerIsSmaller ? lowerRows : upperRows);
  const larger = histogram;
  for (let at = 0; at < larger.length; at += 1) larger[at] = (larger[at] ?? 0) - (smaller[at] ?? 0);
  const lower = newLeaf(ground, lowerRows, lowerIsSmaller ? smaller : larger);
  const upper = newLeaf(ground, upperRows, lowerIsSmaller ? larger : smaller);
  node.split = { column: best.column, bin: best.bin, lower: lower.node, upper: upper.node };
  return [lower, upper];
}
