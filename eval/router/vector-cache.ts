import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';

const HASH_BYTES = 32;

/** Vectors by the text that they are of. */
export type VectorCache = {
  get(text: string): Float32Array | undefined;
  add(entries: readonly (readonly [text: string, vector: Float32Array])[]): void;
};

/**
 * Vectors of one encoder in a file that grows, so that an evaluation that is run again need not encode again. It holds
 * digests, no texts. What was cut off in the writing is dropped.
 *
 * @param encoder id of the encoder: each has a file of its own
 */
export function openVectorCache(folder: string, encoder: string, dimensions: number): VectorCache {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${encoder.replaceAll(/[^\w.-]/g, '_')}.vectors`);
  const known = readVectors(path, dimensions);
  return {
    get: (text) => known.get(digestOf(text).toString('base64')),
    add(entries) {
      const parts = entries.flatMap(([text, vector]) => {
        const digest = digestOf(text);
        known.set(digest.toString('base64'), vector);
        return [digest, Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength)];
      });
      appendFileSync(path, Buffer.concat(parts));
    },
  };
}

function readVectors(path: string, dimensions: number): Map<string, Float32Array> {
  const known = new Map<string, Float32Array>();
  if (!existsSync(path)) return known;
  const bytes = readFileSync(path);
  const size = HASH_BYTES + dimensions * Float32Array.BYTES_PER_ELEMENT;
  const whole = bytes.length - (bytes.length % size);
  if (whole < bytes.length) truncateSync(path, whole);
  for (let at = 0; at < whole; at += size) {
    const digest = bytes.toString('base64', at, at + HASH_BYTES);
    // A copy of its own, as a Float32Array has to begin at a multiple of four.
    const vector = Uint8Array.from(bytes.subarray(at + HASH_BYTES, at + size));
    known.set(digest, new Float32Array(vector.buffer));
  }
  return known;
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
