import type { Table } from './table.ts';

/** A table whose numbers are told apart only as far as a tree may split them. */
export type BinnedTable = {
  readonly rows: number;
  readonly width: number;
  /** How many edges of its column each number is above, row by row. */
  readonly bins: Uint8Array;
  /** Of each column: rising. */
  readonly edges: readonly Float32Array[];
};

/** Bins a column. */
export const BINS = 64;

/** Edges are quantiles of the column, so that each bin has about as many rows; equal numbers share a bin. */
export function binTable(table: Table): BinnedTable {
  const { rows, width } = table;
  const bins = new Uint8Array(rows * width);
  const edges: Float32Array[] = [];
  for (let column = 0; column < width; column += 1) {
    const values = columnOf(table, column);
    const ofColumn = edgesOf(values);
    edges.push(ofColumn);
    for (let row = 0; row < rows; row += 1) {
      bins[row * width + column] = binOf(ofColumn, values[row] ?? 0);
    }
  }
  return { rows, width, bins, edges };
}

function columnOf({ rows, width, values }: Table, column: number): Float32Array {
  return Float32Array.from({ length: rows }, (_, row) => values[row * width + column] ?? 0);
}

/** The highest number is no edge: nothing is above it. */
function edgesOf(values: Float32Array): Float32Array {
  const sorted = values.slice().sort();
  const highest = sorted[sorted.length - 1] ?? 0;
  const edges = new Set<number>();
  for (let bin = 1; bin < BINS; bin += 1) {
    const edge = sorted[Math.ceil((bin * sorted.length) / BINS) - 1] ?? 0;
    if (edge < highest) edges.add(edge);
  }
  // Of two or three different numbers a rare one is no quantile.
  const lowest = sorted[0] ?? 0;
  if (edges.size === 0 && lowest < highest) edges.add(lowest);
  return Float32Array.from(edges);
}

function binOf(edges: Float32Array, value: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value > (edges[middle] ?? 0)) low = middle + 1;
    else high = middle;
  }
  return low;
}
