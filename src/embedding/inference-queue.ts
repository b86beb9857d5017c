import type { TokenRow } from './word-piece.ts';

/** A row that waits for its model to run. */
export type QueuedRow<Model, Call> = {
  readonly model: Model;
  readonly call: Call;
  /** Which of its call's rows it is. */
  readonly place: number;
  readonly tokens: TokenRow;
};

/**
 * As many tokens go into one run. Together, rows of 16 tokens take 0.6 of the time that they take one by one; beyond
 * this many tokens no more is won, and the first of them would wait for the last.
 */
const MOST_TOKENS = 128;

/**
 * Rows, first come first served; with the first, those of the same model and length that wait as well. Only rows of equal
 * length go together, for a mask over padding costs more than it wins.
 */
export function inferenceQueue<Model, Call>() {
  let waiting: QueuedRow<Model, Call>[] = [];

  return {
    add(rows: readonly QueuedRow<Model, Call>[]) {
      waiting.push(...rows);
    },
    /** Forgets the rows of a call. */
    drop(call: Call) {
      waiting = waiting.filter((row) => row.call !== call);
    },
    /** Takes out what to run next; empty when nothing waits. */
    next(): readonly QueuedRow<Model, Call>[] {
      const [first] = waiting;
      if (first === undefined) return [];
      const { length } = first.tokens.ids;
      const most = Math.max(1, Math.floor(MOST_TOKENS / length));
      const batch: QueuedRow<Model, Call>[] = [];
      waiting = waiting.filter((row) => {
        const fits =
          batch.length < most && row.model === first.model && row.tokens.ids.length === length;
        if (fits) batch.push(row);
        return !fits;
      });
      return batch;
    },
  };
}
