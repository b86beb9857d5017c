/** A matrix [rows, columns] of 8-bit whole numbers. Times its column's scale, each is about what it was. */
export type QuantisedMatrix = { readonly values: Int8Array; readonly scales: Float32Array };

/** Each column by itself, so that one with large numbers costs the others nothing. */
export function quantiseColumns(matrix: Float32Array, columns: number): QuantisedMatrix {
  const scales = new Float32Array(columns);
  forEachPlace(matrix.length, columns, (at, column) => {
    scales[column] = Math.max(scales[column] ?? 0, Math.abs(matrix[at] ?? 0) / 127);
  });
  const values = new Int8Array(matrix.length);
  forEachPlace(matrix.length, columns, (at, column) => {
    const scale = scales[column] ?? 0;
    values[at] = scale === 0 ? 0 : Math.round((matrix[at] ?? 0) / scale);
  });
  return { values, scales };
}

function forEachPlace(
  length: number,
  columns: number,
  visit: (at: number, column: number) => void,
) {
  for (let start = 0; start < length; start += columns) {
    for (let column = 0; column < columns; column += 1) visit(start + column, column);
  }
}

/** How the numbers that flow through a place are made 8-bit ones: number / divisor of its channel / scale + zero. */
export type QuantisedPlace = {
  readonly divisors: Float32Array;
  readonly scale: number;
  readonly zero: number;
};

/** How numbers are spread over the channels of a place. */
export type Spread = {
  /** A channel that reaches further than so many times the median one is divided. */
  readonly outlier: number;
  /** No number is lower; null when they go as far below zero as above. */
  readonly lowest: number | null;
};

/** Texts other than those that were measured go further. */
const MARGIN = 1.25;

/**
 * In BERT a few channels reach ten times as far as the others, and almost all of that at [CLS]; scaled for them, the
 * others would be left with a few bits. Those channels are divided by a number each, and the matrix that comes next is
 * multiplied by it (SmoothQuant, Xiao et al. 2022, for outliers alone: dividing all channels would cost the matrix its
 * precision). Measured on 800 questions: the cosine to the fp32 vector is 0.9983 on average and at least 0.9965; with
 * ONNX Runtime's dynamic quantisation it is 0.9950 and 0.9885.
 *
 * The scale is fixed, not that of the numbers at hand: a text's vector does not depend on the texts beside it.
 *
 * @param reach the largest absolute value seen in each channel
 */
export function quantisedPlace(reach: Float32Array, { outlier, lowest }: Spread): QuantisedPlace {
  const bound = roundedUp(outlier * median(reach));
  const divisors = reach.map((most) => (most > bound ? outlierDivisor(most / bound) : 1));
  const high = bound * MARGIN;
  const low = lowest ?? -high;
  const scale = Math.fround((high - low) / 255);
  return { divisors, scale, zero: Math.round(-low / scale) };
}

/**
 * Processors differ in the last bits of what they measure, and should agree on what is made of it: it is rounded in
 * steps that are coarse beside that.
 */
function roundedUp(number: number): number {
  return Math.ceil(number * 32) / 32;
}

function outlierDivisor(ratio: number): number {
  return 2 ** (Math.ceil(4 * Math.log2(ratio)) / 4);
}

function median(numbers: Float32Array): number {
  return numbers.toSorted()[numbers.length >> 1] ?? 0;
}
