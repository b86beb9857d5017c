import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { TokenRow } from './word-piece.ts';

/** A model of `bert-graph.ts`, ready to be run. */
export type BertSession = {
  /**
   * What the model answers for each row, one row after another: rows are independent of each other, up to rounding. They
   * have to be of equal length. It blocks the thread.
   */
  run(rows: readonly TokenRow[]): Promise<Outputs>;
  /** Not while it runs. */
  release(): Promise<void>;
};

type Outputs = ReadonlyMap<string, Float32Array>;

/**
 * @param model a path or the bytes of a file
 * @param threads how many processors one run may use
 */
export async function openBertSession(
  model: string | Uint8Array,
  threads: number,
): Promise<BertSession> {
  const session = await create(model, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // What `bertModel` is written for.
    graphOptimizationLevel: 'basic',
  });
  const hasTypes = session.inputNames.includes('types');

  return {
    async run(rows) {
      const dims = [rows.length, rows[0]?.ids.length ?? 0];
      const ids = new Tensor('int32', idsOf(rows), dims);
      const types = hasTypes ? { types: new Tensor('int32', typesOf(rows), dims) } : {};
      const outputs = await session.run({ ids, ...types });
      return new Map(
        Object.entries(outputs).map(([name, { data }]) => [name, data as Float32Array]),
      );
    },
    release: () => session.release(),
  };
}

/** The two are of one function with two signatures. */
function create(model: string | Uint8Array, options: InferenceSession.SessionOptions) {
  return typeof model === 'string'
    ? InferenceSession.create(model, options)
    : InferenceSession.create(model, options);
}

function idsOf(rows: readonly TokenRow[]): Int32Array {
  return Int32Array.from(rows.flatMap(({ ids }) => ids));
}

/** 0 for the tokens of the first text, 1 for those of the second. */
function typesOf(rows: readonly TokenRow[]): Int32Array {
  return Int32Array.from(
    rows.flatMap(({ ids, first }) => ids.map((_, at) => (at < first ? 0 : 1))),
  );
}
