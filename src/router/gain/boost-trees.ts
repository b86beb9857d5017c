import { type BinnedTable, binTable } from './binned-table.ts';
import { type Growth, growTree, type Node, type Slopes } from './grow-tree.ts';
import { logOdds, probability } from './log-odds.ts';
import { shuffled } from './seeded-random.ts';
import type { Table } from './table.ts';
import type { Trees } from './trees.ts';

const TREES = 150;
const GROWTH: Growth = { leaves: 12, minRows: 30, l2: 5, rate: 0.06 };
/** Of the rows and of the columns, what each tree is grown on: trees that saw different things err differently. */
const ROWS_SHARE = 0.7;
const COLUMNS_SHARE = 0.2;

/**
 * Trees whose sum is the log-odds of `targets`, by gradient boosting of the cross-entropy (Friedman 2001).
 *
 * @param targets 0..1, one a row
 */
export function boostTrees(table: Table, targets: Float64Array, random: () => number): Trees {
  const binned = binTable(table);
  const base = logOdds(meanOf(targets));
  const sums = new Float64Array(table.rows).fill(base);
  const grown: Node[] = [];
  for (let round = 0; round < TREES; round += 1) {
    const rows = shuffled(table.rows, random)
      .subarray(0, Math.ceil(ROWS_SHARE * table.rows))
      .sort();
    const some = shuffled(table.width, random).subarray(0, Math.ceil(COLUMNS_SHARE * table.width));
    const columns = [...some.sort()];
    const tree = growTree(binned, {
      slopes: slopesOf(sums, targets),
      rows,
      columns,
      growth: GROWTH,
    });
    addTo(sums, tree, binned);
    grown.push(tree);
  }
  return flatten(base, grown, binned);
}

/** Nothing is known of what was never seen. */
function meanOf(targets: Float64Array): number {
  if (targets.length === 0) return 0.5;
  return targets.reduce((sum, target) => sum + target, 0) / targets.length;
}

function slopesOf(sums: Float64Array, targets: Float64Array): Slopes {
  const first = new Float64Array(sums.length);
  const second = new Float64Array(sums.length);
  for (let row = 0; row < sums.length; row += 1) {
    const expected = probability(sums[row] ?? 0);
    first[row] = expected - (targets[row] ?? 0);
    second[row] = expected * (1 - expected);
  }
  return { first, second };
}

function addTo(sums: Float64Array, tree: Node, { bins, width }: BinnedTable) {
  for (let row = 0; row < sums.length; row += 1) {
    let node = tree;
    while (node.split !== null) {
      const { column, bin, lower, upper } = node.split;
      node = (bins[row * width + column] ?? 0) <= bin ? lower : upper;
    }
    sums[row] = (sums[row] ?? 0) + node.value;
  }
}

function flatten(base: number, grown: readonly Node[], { edges }: BinnedTable): Trees {
  const roots: number[] = [];
  const columns: number[] = [];
  const values: number[] = [];
  const skips: number[] = [];

  function add({ value, split }: Node) {
    const at = values.length;
    columns.push(split?.column ?? 0);
    values.push(split === null ? value : (edges[split.column]?.[split.bin] ?? 0));
    skips.push(0);
    if (split === null) return;
    add(split.lower);
    skips[at] = values.length - at;
    add(split.upper);
  }

  for (const tree of grown) {
    roots.push(values.length);
    add(tree);
  }
  return {
    base,
    roots: Uint32Array.from(roots),
    columns: Uint16Array.from(columns),
    values: Float32Array.from(values),
    skips: Uint16Array.from(skips),
  };
}
