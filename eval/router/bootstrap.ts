/** 95 % interval. */
export type Interval = readonly [low: number, high: number];

/**
 * Intervals of several figures at once, by drawing the prompts again with replacement (Efron 1979): the figures of one
 * draw are of the same prompts, so that their differences may be taken. Percentiles of the draws.
 *
 * @param figuresOf the figures of a draw, which is given by how often each row was drawn
 */
export function bootstrap(
  rows: number,
  figuresOf: (counts: Uint16Array) => readonly number[],
  options: { readonly draws: number; readonly random: () => number },
): readonly Interval[] {
  const drawn: number[][] = [];
  for (let draw = 0; draw < options.draws; draw += 1) {
    const counts = new Uint16Array(rows);
    for (let at = 0; at < rows; at += 1) {
      const picked = Math.floor(options.random() * rows);
      counts[picked] = (counts[picked] ?? 0) + 1;
    }
    for (const [at, figure] of figuresOf(counts).entries()) {
      const list = drawn[at] ?? [];
      list.push(figure);
      drawn[at] = list;
    }
  }
  return drawn.map((figures) => {
    const sorted = figures.toSorted((one, other) => one - other);
    const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
    return [at(0.025), at(0.975)];
  });
}
