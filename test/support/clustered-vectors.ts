import { seededRandom } from './seeded-random.ts';

const TOPICS = 200;

/**
 * Vectors of the length 1 that lie as encoded prompts do: in topics, and in these in clusters, of about `perCluster`
 * each, whose cosines to each other are 0.55 to 0.95. There are more clusters the more vectors there are. The same for
 * the same seed.
 */
export function clusteredVectors(options: {
  dimensions: number;
  perCluster: number;
  seed: number;
}): { next(): Float32Array } {
  const { dimensions, perCluster, seed } = options;
  const random = seededRandom(seed);
  const topics = Array.from({ length: TOPICS }, () => randomVector(dimensions, random));
  let count = 0;

  /** Made anew each time: to keep them all would take the memory that is to be measured. */
  function centreOf(cluster: number): Float32Array {
    const own = randomVector(dimensions, seededRandom(cluster));
    return unitVector(sumOf(topics[cluster % TOPICS] ?? own, own, 1));
  }

  return {
    next() {
      const clusters = TOPICS + Math.floor(count / perCluster);
      count += 1;
      const centre = centreOf(Math.floor(random() * clusters));
      const spread = 0.2 + 0.6 * random();
      return unitVector(sumOf(centre, randomVector(dimensions, random), spread));
    },
  };
}

/** Of the length 1; with many dimensions, all directions are about as likely. */
export function randomVector(dimensions: number, random: () => number): Float32Array {
  const vector = new Float32Array(dimensions);
  for (let at = 0; at < dimensions; at += 1) vector[at] = random() - 0.5;
  return unitVector(vector);
}

export function unitVector(vector: Float32Array): Float32Array {
  const length = Math.sqrt(productOf(vector, vector));
  return vector.map((number) => number / length);
}

export function productOf(one: Float32Array, other: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < one.length; at += 1) sum += (one[at] ?? 0) * (other[at] ?? 0);
  return sum;
}

function sumOf(one: Float32Array, other: Float32Array, share: number): Float32Array {
  return one.map((number, at) => number + share * (other[at] ?? 0));
}
