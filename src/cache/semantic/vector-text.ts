const SCALE = 32_767;

/** A vector of length 1 as `SemanticTrace.vector` has it: its cosines stay what they are within 0.0005. */
export function writeVector(vector: Float32Array): string {
  const bytes = Buffer.alloc(2 * vector.length);
  vector.forEach((part, index) => {
    bytes.writeInt16LE(Math.round(clamp(part) * SCALE), 2 * index);
  });
  return bytes.toString('base64');
}

/** Null for what is no vector of `dimensions` numbers. */
export function readVector(text: string, dimensions: number): Float32Array | null {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== 2 * dimensions) return null;
  return Float32Array.from(
    { length: dimensions },
    (_, index) => bytes.readInt16LE(2 * index) / SCALE,
  );
}

function clamp(part: number): number {
  return Math.max(-1, Math.min(1, part));
}
