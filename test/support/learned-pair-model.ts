import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packagedModel } from '../../src/embedding/base-model.ts';
import { numbersOf, parseTensors } from '../../src/embedding/safetensors.ts';
import { MODEL_FOLDER } from './local-models.ts';
import { type WrittenTensor, writeSafetensors } from './safetensors-file.ts';
import { seededRandom } from './seeded-random.ts';

const HIDDEN = 384;
const INNER = 1536;
const RANK = 2;

/**
 * The path of a file with what a pair model might have learned: random changes, the same for the same seed. A few of all
 * kinds: of matrices, biases, norms and the embeddings of token types, and a head.
 */
export function learnedPairModel(seed = 1): string {
  const random = seededRandom(seed);
  const base = parseTensors(readFileSync(packagedModel().weightsPath));
  const numbers = (shape: readonly number[], size: number): WrittenTensor => ({
    shape,
    numbers: Array.from(
      { length: shape.reduce((product, each) => product * each, 1) },
      () => size * (2 * random() - 1),
    ),
  });
  const replaced = (name: string, size: number) => {
    const tensor = base.get(name);
    if (tensor === undefined) throw new Error(`There is no ${name}.`);
    const changed = numbersOf(tensor).map((number) => number + size * (2 * random() - 1));
    return { [name]: { shape: tensor.shape, numbers: [...changed] } };
  };
  const changed = (linear: string, from: number, to: number) => ({
    [`${linear}.delta_a`]: numbers([RANK, from], 0.05),
    [`${linear}.delta_b`]: numbers([to, RANK], 0.05),
  });
  mkdirSync(MODEL_FOLDER, { recursive: true });
  const path = join(MODEL_FOLDER, `learned-${seed}.safetensors`);
  writeSafetensors(path, {
    ...changed('encoder.layer.0.attention.self.query', HIDDEN, HIDDEN),
    ...changed('encoder.layer.2.attention.output.dense', HIDDEN, HIDDEN),
    ...changed('encoder.layer.3.intermediate.dense', HIDDEN, INNER),
    ...changed('encoder.layer.5.output.dense', INNER, HIDDEN),
    ...replaced('encoder.layer.1.attention.self.key.bias', 0.1),
    ...replaced('encoder.layer.4.output.LayerNorm.weight', 0.05),
    ...replaced('embeddings.token_type_embeddings.weight', 0.02),
    'head.dense.weight': numbers([HIDDEN, HIDDEN], 0.1),
    'head.dense.bias': numbers([HIDDEN], 0.1),
    'head.out.weight': numbers([1, HIDDEN], 0.3),
    'head.out.bias': numbers([1], 0.1),
  });
  return path;
}
