import { z } from 'zod';
import { LEXICAL_FEATURES } from './lexical-features.ts';
import { FEATURES_VERSION, MOST_HASHES, type PromptFeatures } from './prompt-features.ts';

/** Features as a log keeps them, in about a kilobyte. Plain JSON; numbers are little-endian, as base64. */
export type EncodedFeatures = {
  /** FEATURES_VERSION of the process that wrote it. */
  readonly version: number;
  /** 32-bit floats. */
  readonly lexical: string;
  /** 16-bit numbers. */
  readonly hashed: string;
  /** 8-bit numbers, of which only the direction counts. */
  readonly vector: string | null;
};

const schema = z.object({
  version: z.literal(FEATURES_VERSION),
  lexical: z.base64(),
  hashed: z.base64(),
  vector: z.base64().nullable(),
});

/** All stays as it is but the vector, whose cosine with what is read of it is above 0.999. */
export function encodeFeatures({ lexical, hashed, vector }: PromptFeatures): EncodedFeatures {
  return {
    version: FEATURES_VERSION,
    lexical: toBase64(lexical),
    hashed: toBase64(hashed),
    vector: vector === null ? null : toBase64(toBytes(vector)),
  };
}

/** Null for features of another FEATURES_VERSION, and for what is no features at all. */
export function decodeFeatures(encoded: unknown): PromptFeatures | null {
  const { data } = schema.safeParse(encoded);
  if (data === undefined) return null;
  const lexical = fromBase64(data.lexical, 4);
  const hashed = fromBase64(data.hashed, 2);
  if (lexical?.byteLength !== 4 * LEXICAL_FEATURES || hashed === null) return null;
  const features = {
    lexical: new Float32Array(lexical),
    hashed: new Uint16Array(hashed),
    vector: data.vector === null ? null : direction(Buffer.from(data.vector, 'base64')),
  };
  return isPlausible(features) ? features : null;
}

function isPlausible({ lexical, hashed, vector }: PromptFeatures): boolean {
  const rises = hashed.every((hash, at) => at === 0 || hash > (hashed[at - 1] ?? 0));
  const finite = lexical.every(Number.isFinite);
  return finite && rises && hashed.length <= MOST_HASHES && vector?.length !== 0;
}

function toBytes(vector: Float32Array): Int8Array {
  const largest = vector.reduce((one, other) => Math.max(one, Math.abs(other)), 0) || 1;
  return Int8Array.from(vector, (value) => Math.round((127 * value) / largest));
}

/** Of length 1; all zeros stay so. */
function direction(bytes: Buffer): Float32Array {
  const values = new Int8Array(bytes);
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0)) || 1;
  return Float32Array.from(values, (value) => value / length);
}

function toBase64({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength).toString('base64');
}

/** A copy, which begins where numbers of any size may; null when it is not a whole number of them. */
function fromBase64(text: string, bytesEach: number): ArrayBuffer | null {
  const bytes = new Uint8Array(Buffer.from(text, 'base64'));
  return bytes.length % bytesEach === 0 ? bytes.buffer : null;
}
