import { GatewayError } from '../domain/errors.ts';
import { isJsonObject, parseJson } from '../upstream/json.ts';

/**
 * The vectors in the body of an `/embeddings` response, in the order of the inputs and each of length 1.
 *
 * @param count of inputs
 * @param dimensions null: any, but the same for all
 * @throws GatewayError UPSTREAM_PROTOCOL for anything but one vector of that size for each input
 */
export function readVectors(
  upstream: string,
  body: string,
  count: number,
  dimensions: number | null,
): Float32Array[] {
  const parsed = parseJson(body);
  const data = isJsonObject(parsed) && Array.isArray(parsed['data']) ? parsed['data'] : [];
  const vectors = new Map(data.map((item, at) => [placeOf(item, at), vectorOf(item)]));
  const expected = dimensions ?? vectors.get(0)?.length ?? 0;
  return Array.from({ length: count }, (_, at) => {
    const vector = vectors.get(at) ?? null;
    if (vector !== null && vector.length === expected) return vector;
    throw new GatewayError('UPSTREAM_PROTOCOL', problem(upstream, vector, expected));
  });
}

function problem(upstream: string, vector: Float32Array | null, expected: number): string {
  return vector === null
    ? `The upstream ${upstream} did not answer with a vector for each text.`
    : `The upstream ${upstream} answered with a vector of ${vector.length} numbers, not of ${expected}.`;
}

/** Where a server does not say, they are in order. */
function placeOf(item: unknown, at: number): number {
  return isJsonObject(item) && typeof item['index'] === 'number' ? item['index'] : at;
}

/** Null for what has no direction. */
function vectorOf(item: unknown): Float32Array | null {
  const numbers = isJsonObject(item) ? item['embedding'] : null;
  if (!Array.isArray(numbers)) return null;
  const length = Math.sqrt(numbers.reduce((sum, number) => sum + number * number, 0));
  return length > 0 && Number.isFinite(length)
    ? Float32Array.from(numbers, (number) => number / length)
    : null;
}
