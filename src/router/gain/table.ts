/** Numbers in rows of equal length, one row after another. */
export type Table = {
  readonly rows: number;
  readonly width: number;
  readonly values: Float32Array;
};

export function tableOf(rows: readonly Float32Array[], width: number): Table {
  const values = new Float32Array(rows.length * width);
  for (const [at, row] of rows.entries()) values.set(row, at * width);
  return { rows: rows.length, width, values };
}

/** A view, no copy. */
export function rowOf({ values, width }: Table, row: number): Float32Array {
  return values.subarray(row * width, (row + 1) * width);
}

/**
 * Of `point` and what stands in the row from `offset` on. Four sums at a time, because one alone waits for each
 * addition before the next.
 */
export function dotWithRow(table: Table, row: number, point: Float32Array, offset = 0): number {
  const { values, width } = table;
  const start = row * width + offset;
  const { length } = point;
  const whole = length - (length % 4);
  let [one, two, three, four] = [0, 0, 0, 0];
  for (let at = 0; at < whole; at += 4) {
    const place = start + at;
    one += (values[place] ?? 0) * (point[at] ?? 0);
    two += (values[place + 1] ?? 0) * (point[at + 1] ?? 0);
    three += (values[place + 2] ?? 0) * (point[at + 2] ?? 0);
    four += (values[place + 3] ?? 0) * (point[at + 3] ?? 0);
  }
  for (let at = whole; at < length; at += 1) one += (values[start + at] ?? 0) * (point[at] ?? 0);
  return one + two + (three + four);
}
