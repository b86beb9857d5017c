/** After these the value is exact to a millionth of the range it was looked for in. */
const HALVINGS = 20;

/**
 * The highest value from `low` to `high` at which something holds that holds up to there, and not above it. It is never too
 * high, and too low by a millionth of the range. Null: it does not even hold at `low`.
 */
export function highestWhere(
  holds: (value: number) => boolean,
  low: number,
  high: number,
): number | null {
  if (!holds(low)) return null;
  let held = low;
  let open = high;
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (held + open) / 2;
    if (holds(middle)) held = middle;
    else open = middle;
  }
  return held;
}
