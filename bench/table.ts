/** Prints rows of cells below each other, the first of each to the left and the others to the right. */
export function printTable(rows: readonly (readonly string[])[]) {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  for (const [first = '', ...others] of rows) {
    const cells = others.map((cell, index) => cell.padStart(widths[index + 1] ?? 0));
    console.log(`  ${[first.padEnd(widths[0] ?? 0), ...cells].join('  ')}`);
  }
}
