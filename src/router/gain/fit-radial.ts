import { closeness, distancesTo } from './centres.ts';
import { decompose, type SquareMatrix, solveLower, solveUpper } from './cholesky.ts';
import { rowOf, type Table } from './table.ts';

export type Radial = { readonly intercept: number; readonly weights: Float64Array };

/** Of the fit: as if each direction had been seen this often with nothing to be seen. */
const RIDGE = 0.5;
/** Centres that lie close together would else divide by almost nothing. */
const JITTER = 1e-4;

/**
 * How closeness to each centre makes an expectation, for several targets at once: Gaussian kernel ridge regression in
 * Nyström's approximation (Williams and Seeger 2001).
 *
 * @param rows points and, of each target, what is known for each: NaN is unknown
 * @returns one fit a target
 */
export function fitRadial(
  centres: Table,
  points: readonly Float32Array[],
  targets: readonly Float64Array[],
): readonly Radial[] {
  const lower = kernelOf(centres);
  const distances = distancesTo(centres);
  const rows = points.map((point) => {
    const row = closeness(distances.from(point));
    solveLower(lower, row);
    return row;
  });
  return targets.map((target) => {
    const { intercept, weights } = fitRidge(rows, target);
    solveUpper(lower, weights);
    return { intercept, weights };
  });
}

function kernelOf(centres: Table): SquareMatrix {
  const size = centres.rows;
  const values = new Float64Array(size * size);
  const distances = distancesTo(centres);
  for (let row = 0; row < size; row += 1) {
    values.set(closeness(distances.from(rowOf(centres, row))), row * size);
    values[row * size + row] = 1 + JITTER;
  }
  const matrix = { size, values };
  decompose(matrix);
  return matrix;
}

/** Least squares about the means, with a penalty on the squares of the weights. */
function fitRidge(rows: readonly Float64Array[], target: Float64Array): Radial {
  const known = rows.flatMap((_, at) => (Number.isNaN(target[at]) ? [] : [at]));
  const size = rows[0]?.length ?? 0;
  const means = new Float64Array(size);
  let mean = known.length === 0 ? 0.5 : 0;
  for (const at of known) {
    mean += (target[at] ?? 0) / known.length;
    addScaled(means, rows[at], 1 / known.length);
  }
  const square: SquareMatrix = { size, values: new Float64Array(size * size) };
  const weights = new Float64Array(size);
  for (let at = 0; at < size; at += 1) square.values[at * size + at] = RIDGE;
  const centred = new Float64Array(size);
  for (const at of known) {
    centred.fill(0);
    addScaled(centred, rows[at], 1);
    addScaled(centred, means, -1);
    addScaled(weights, centred, (target[at] ?? 0) - mean);
    addSquare(square, centred);
  }
  decompose(square);
  solveLower(square, weights);
  solveUpper(square, weights);
  const shift = weights.reduce((sum, weight, at) => sum + weight * (means[at] ?? 0), 0);
  return { intercept: mean - shift, weights };
}

function addScaled(sum: Float64Array, row: Float64Array | undefined, factor: number) {
  if (row === undefined) return;
  for (let at = 0; at < sum.length; at += 1) sum[at] = (sum[at] ?? 0) + factor * (row[at] ?? 0);
}

/** On and under the diagonal. */
function addSquare({ size, values }: SquareMatrix, row: Float64Array) {
  for (let one = 0; one < size; one += 1) {
    const factor = row[one] ?? 0;
    const start = one * size;
    for (let other = 0; other <= one; other += 1) {
      values[start + other] = (values[start + other] ?? 0) + factor * (row[other] ?? 0);
    }
  }
}
