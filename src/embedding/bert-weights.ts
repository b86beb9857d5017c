import { ModelError } from './model-error.ts';
import { numbersOf, type Tensor } from './safetensors.ts';

export const HIDDEN = 384;
export const HEADS = 12;
export const INNER = 1536;
/** The tokens that there are position embeddings for. */
export const POSITIONS = 512;

/** The weights of a BERT of MiniLM's size, as they are named in its files. */
export type BertWeights = {
  readonly layers: number;
  /** One row a token, as the file has it: by far the largest tensor, and of 16 bits it loses nothing. */
  readonly wordEmbeddings: Tensor;
  /** A copy. @throws ModelError when it is not there, or not of that many numbers */
  numbers(name: string, count: number): Float32Array;
};

type Tensors = ReadonlyMap<string, Tensor>;

const WORD_EMBEDDINGS = 'embeddings.word_embeddings.weight';

/**
 * The weights of `base`, changed by what was learned on top of it, if anything: `NAME.delta_a` [rank, in] and
 * `NAME.delta_b` [out, rank] are added to `NAME.weight` as delta_b × delta_a (low-rank adaptation, Hu et al. 2021);
 * any other tensor stands in the place of the one with its name. The word embeddings are always the base's.
 *
 * @throws ModelError when the base is no BERT, or is not of MiniLM's size
 */
export function bertWeights(base: Tensors, learned: Tensors = new Map()): BertWeights {
  const wordEmbeddings = find(base, WORD_EMBEDDINGS);
  for (const name of learned.keys()) expectPlace(name, base);
  if (wordEmbeddings.shape[1] !== HIDDEN) {
    throw new ModelError(
      `A model with ${HIDDEN} numbers a token is needed; this one has ${wordEmbeddings.shape[1]}.`,
    );
  }
  return {
    layers: countLayers(base),
    wordEmbeddings,
    numbers(name, count) {
      const numbers = numbersOf(learned.get(name) ?? find(base, name));
      addLearned(numbers, name, learned);
      if (numbers.length === count) return numbers;
      throw new ModelError(`The weights ${name} are ${numbers.length} numbers, not ${count}.`);
    },
  };
}

function find(tensors: Tensors, name: string): Tensor {
  // Files of models with a head put the network under a name of its own.
  const found = tensors.get(name) ?? tensors.get(`bert.${name}`);
  if (found !== undefined) return found;
  throw new ModelError(`The weights ${name} are missing.`);
}

/** What was learned for another model is not to be taken in part. */
function expectPlace(name: string, base: Tensors) {
  if (!name.startsWith('head.')) find(base, name.replace(/\.delta_[ab]$/, '.weight'));
}

function countLayers(base: Tensors): number {
  const numbers = [...base.keys()].map((name) => Number(/encoder\.layer\.(\d+)\./.exec(name)?.[1]));
  const layers = 1 + Math.max(-1, ...numbers.filter((number) => !Number.isNaN(number)));
  if (layers === 0) throw new ModelError('The weights have no layers.');
  return layers;
}

function addLearned(weight: Float32Array, name: string, learned: Tensors) {
  const linear = name.replace(/\.weight$/, '');
  const down = learned.get(`${linear}.delta_a`);
  const up = learned.get(`${linear}.delta_b`);
  if (down === undefined || up === undefined) return;
  const [rank = 0, width = 0] = down.shape;
  const [height = 0] = up.shape;
  if (up.shape[1] !== rank || height * width !== weight.length) {
    throw new ModelError(`What was learned for ${linear} does not fit its weights.`);
  }
  const a = numbersOf(down);
  const b = numbersOf(up);
  for (let row = 0; row < height; row += 1) {
    for (let at = 0; at < rank; at += 1) {
      const factor = b[row * rank + at] ?? 0;
      for (let column = 0; column < width; column += 1) {
        const place = row * width + column;
        weight[place] = (weight[place] ?? 0) + factor * (a[at * width + column] ?? 0);
      }
    }
  }
}
