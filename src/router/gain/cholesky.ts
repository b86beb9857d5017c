/** Square, row by row. */
export type SquareMatrix = { readonly size: number; readonly values: Float64Array };

/**
 * Cholesky's decomposition of a symmetric positive definite matrix, in its place: L on and under the diagonal, with
 * L Lᵀ = matrix. Only what is on and under the diagonal is read.
 */
export function decompose({ size, values }: SquareMatrix) {
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column <= row; column += 1) {
      let rest = values[row * size + column] ?? 0;
      for (let at = 0; at < column; at += 1) {
        rest -= (values[row * size + at] ?? 0) * (values[column * size + at] ?? 0);
      }
      const pivot = values[column * size + column] ?? 1;
      values[row * size + column] =
        row === column ? Math.sqrt(Math.max(rest, 1e-12)) : rest / pivot;
    }
  }
}

/** Solves L x = side. */
export function solveLower({ size, values }: SquareMatrix, side: Float64Array) {
  for (let row = 0; row < size; row += 1) {
    let rest = side[row] ?? 0;
    for (let at = 0; at < row; at += 1) rest -= (values[row * size + at] ?? 0) * (side[at] ?? 0);
    side[row] = rest / (values[row * size + row] ?? 1);
  }
}

/** Solves Lᵀ x = side. */
export function solveUpper({ size, values }: SquareMatrix, side: Float64Array) {
  for (let row = size - 1; row >= 0; row -= 1) {
    let rest = side[row] ?? 0;
    for (let at = row + 1; at < size; at += 1)
      rest -= (values[at * size + row] ?? 0) * (side[at] ?? 0);
    side[row] = rest / (values[row * size + row] ?? 1);
  }
}
