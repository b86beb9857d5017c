import { PAGE_BYTES, ROW_STEP, startDotModule } from './dot-module.ts';
import { newParts, type SplitVector, splitVector } from './split-vector.ts';

/**
 * The memory in which all vectors of a process lie, of all partitions: a partition of one entry takes one row, and a row
 * that was freed is used again by whoever needs one next. It is never smaller than it was at its fullest.
 *
 * A row is split (`split-vector.ts`) into bytes from 0 to 127, which stand for -64 to 63. The high parts of 64 rows lie
 * side by side, so that a scan reads nothing else, and their low parts behind them.
 */
export type VectorArena = {
  readonly dimensions: number;
  readonly bytesPerRow: number;
  /** Copies the vector into a row of its own, and gives the row's number. */
  put(label: string, vector: Float32Array): number;
  /** Wipes it out. */
  free(row: number): void;
  labelOf(row: number): string;
  /** Writes into `vector` what was put, with the length 1. */
  read(row: number, vector: Float32Array): void;
  /** By row: what 1 stands for in its low part. */
  readonly units: Float32Array;
  /** By row: how long its low part is. */
  readonly lowLengths: Float32Array;
  /**
   * The inner products of `bytes` with a part of each of the rows from `start` on, at most `BATCH` of them. They are
   * gone with the next call.
   */
  products(bytes: Int8Array, part: Part, rows: readonly number[], start: number): Int32Array;
  /** A vector to be multiplied with rows. */
  query(vector: Float32Array): SplitVector;
};

type Part = 'high' | 'low';

export const ROW_BITS = 7;
export const QUERY_BITS = 8;
/** What is added to a part of a row. */
const OFFSET = 64;

/** Rows that are multiplied in one call. */
export const BATCH = 4_096;

/** Rows that lie together, high parts first. */
const BLOCK = 64;
/** Beside the vector: its label's place, unit and length. */
const BESIDE_BYTES = 16;

export function vectorArena({ dimensions }: { dimensions: number }): VectorArena {
  const width = Math.ceil(dimensions / ROW_STEP) * ROW_STEP;
  const queryAt = 0;
  const addressesAt = queryAt + width;
  const resultsAt = addressesAt + 4 * BATCH;
  const rowsAt = resultsAt + 4 * BATCH;
  const behindHigh: Readonly<Record<Part, number>> = { high: 0, low: BLOCK * width };
  const { memory, products } = startDotModule(Math.ceil(rowsAt / PAGE_BYTES));

  const scratch = newParts(width);
  const labels: string[] = [];
  const freed: number[] = [];
  let units = new Float32Array(BLOCK);
  let lowLengths = new Float32Array(BLOCK);
  let view = viewOf(memory.buffer);

  function viewOf(buffer: ArrayBuffer) {
    return {
      bytes: new Uint8Array(buffer),
      query: new Int8Array(buffer, queryAt, width),
      addresses: new Uint32Array(buffer, addressesAt, BATCH),
      results: new Int32Array(buffer, resultsAt, BATCH),
    };
  }

  function bytesOf(row: number, part: Part): Uint8Array {
    const address = addressOf(row) + behindHigh[part];
    return view.bytes.subarray(address, address + width);
  }

  /** Where its high part is. */
  function addressOf(row: number): number {
    const firstOfBlock = row & -BLOCK;
    return rowsAt + (firstOfBlock + row) * width;
  }

  function newRow(): number {
    const row = labels.length;
    const lacking = addressOf(row) + behindHigh.low + width - view.bytes.length;
    if (lacking > 0) {
      // What is not written to takes up no memory, and a memory that grows at every row is slow.
      memory.grow(Math.ceil(Math.max(lacking, view.bytes.length / 8) / PAGE_BYTES));
      view = viewOf(memory.buffer);
    }
    if (row >= units.length) {
      units = extended(units);
      lowLengths = extended(lowLengths);
    }
    labels.push('');
    return row;
  }

  return {
    dimensions,
    bytesPerRow: 2 * width + BESIDE_BYTES,
    put(label, vector) {
      const { high, low, unit, lowLength } = splitVector(vector, ROW_BITS, scratch);
      const row = freed.pop() ?? newRow();
      labels[row] = label;
      units[row] = unit;
      lowLengths[row] = lowLength;
      writeOffset(high, bytesOf(row, 'high'));
      writeOffset(low, bytesOf(row, 'low'));
      return row;
    },
    free(row) {
      labels[row] = '';
      const address = addressOf(row);
      view.bytes.fill(0, address, address + width);
      view.bytes.fill(0, address + behindHigh.low, address + behindHigh.low + width);
      freed.push(row);
    },
    labelOf: (row) => labels[row] ?? '',
    read(row, vector) {
      const high = bytesOf(row, 'high');
      const low = bytesOf(row, 'low');
      const unit = units[row] ?? 0;
      for (let at = 0; at < dimensions; at += 1) {
        const highPart = (high[at] ?? 0) - OFFSET;
        vector[at] = ((highPart << ROW_BITS) + (low[at] ?? 0) - OFFSET) * unit;
      }
    },
    get units() {
      return units;
    },
    get lowLengths() {
      return lowLengths;
    },
    products(bytes, part, rows, start) {
      const { query, addresses, results } = view;
      const count = Math.min(rows.length - start, BATCH);
      const behind = behindHigh[part];
      for (let at = 0; at < count; at += 1) {
        addresses[at] = addressOf(rows[start + at] ?? 0) + behind;
      }
      query.set(bytes);
      const ofOffset = OFFSET * bytes.reduce((sum, byte) => sum + byte, 0);
      products(queryAt, addressesAt, count, width, resultsAt, -ofOffset);
      return results.subarray(0, count);
    },
    query: (vector) => splitVector(vector, QUERY_BITS, newParts(width)),
  };
}

function writeOffset(part: Int8Array, bytes: Uint8Array) {
  for (let at = 0; at < part.length; at += 1) bytes[at] = (part[at] ?? 0) + OFFSET;
}

function extended(numbers: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  const longer = new Float32Array(numbers.length * 2);
  longer.set(numbers);
  return longer;
}
