/** Whole numbers in two parts: `high · 2^bits + low`. */
export type Parts = { readonly high: Int8Array; readonly low: Int8Array };

/**
 * A vector that was brought to the length 1, as whole numbers of `unit` each. The products of high parts alone are a good
 * guess, and how far it may be off is known.
 */
export type SplitVector = Parts & {
  readonly unit: number;
  /** The length of the low parts together. */
  readonly lowLength: number;
};

/**
 * @param bits of each part, with its sign: at most 8
 * @param into at least as long as the vector; what the vector lacks becomes 0
 */
export function splitVector(vector: Float32Array, bits: number, into: Parts): SplitVector {
  const { high, low } = into;
  high.fill(0);
  low.fill(0);
  const { length, largest } = sizeOf(vector);
  // No direction, and so like nothing.
  if (!(length > 0 && length < Infinity)) return { ...into, unit: 0, lowLength: 0 };

  const half = 2 ** (bits - 1);
  const largestWhole = (half - 1) * 2 ** bits + half - 1;
  const perNumber = largestWhole / largest;
  let lowSquares = 0;
  for (let at = 0; at < vector.length; at += 1) {
    const whole = Math.round((vector[at] ?? 0) * perNumber);
    const highPart = (whole + half) >> bits;
    const lowPart = whole - (highPart << bits);
    high[at] = highPart;
    low[at] = lowPart;
    lowSquares += lowPart * lowPart;
  }
  const unit = 1 / (perNumber * length);
  return { ...into, unit, lowLength: Math.sqrt(lowSquares) * unit };
}

export function newParts(width: number): Parts {
  return { high: new Int8Array(width), low: new Int8Array(width) };
}

function sizeOf(vector: Float32Array): { length: number; largest: number } {
  let squares = 0;
  let largest = 0;
  for (const number of vector) {
    squares += number * number;
    largest = Math.max(largest, Math.abs(number));
  }
  return { length: Math.sqrt(squares), largest };
}
