/** How many times fell into which step. Plain JSON. */
export type StepCounts = {
  /** Those that counted something, in rising order. */
  readonly steps: readonly number[];
  /** Index by index. */
  readonly counts: readonly number[];
};

export type StepCounter = {
  add(step: number): void;
  merge(other: StepCounts): void;
  state(): StepCounts;
};

/** Kept as it is stored: there is one for each of hundreds of cells, which are merged and stored again and again. */
export function stepCounter(): StepCounter {
  let steps: number[] = [];
  let counts: number[] = [];

  function count(step: number, times: number): void {
    const index = indexOfFirstFrom(steps, step);
    if (steps[index] === step) {
      counts[index] = (counts[index] ?? 0) + times;
    } else {
      steps.splice(index, 0, step);
      counts.splice(index, 0, times);
    }
  }

  return {
    add: (step) => count(step, 1),
    merge(other) {
      if (steps.length === 0) {
        steps = [...other.steps];
        counts = [...other.counts];
        return;
      }
      other.steps.forEach((step, index) => {
        count(step, other.counts[index] ?? 0);
      });
    },
    state: () => ({ steps: [...steps], counts: [...counts] }),
  };
}

/** Where the first is that is not below; the length when all are. */
function indexOfFirstFrom(rising: readonly number[], least: number): number {
  let [low, high] = [0, rising.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rising[middle] ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
