import { describe, expect, it } from 'vitest';
import { bertWeights } from '../../../src/embedding/bert-weights.ts';
import { parseTensors } from '../../../src/embedding/safetensors.ts';
import { safetensorsOf, type WrittenTensor } from '../../support/safetensors-file.ts';

const HIDDEN = 384;
const tensorsOf = (tensors: Record<string, WrittenTensor>) => parseTensors(safetensorsOf(tensors));
const filled = (shape: readonly number[], number: number): WrittenTensor => ({
  shape,
  numbers: new Array<number>(shape.reduce((product, each) => product * each, 1)).fill(number),
});

const words = filled([3, HIDDEN], 0.5);
const layer = {
  'encoder.layer.0.x.weight': { shape: [2, 3], numbers: [1, 2, 3, 4, 5, 6] },
  'encoder.layer.0.x.bias': { shape: [2], numbers: [7, 8] },
};
const base = tensorsOf({ 'embeddings.word_embeddings.weight': words, ...layer });

describe('the weights of a BERT', () => {
  it('are those of its file', () => {
    const weights = bertWeights(base);
    expect(weights.layers).toBe(1);
    expect(weights.wordEmbeddings.shape).toEqual([3, HIDDEN]);
    expect([...weights.numbers('encoder.layer.0.x.weight', 6)]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('may have the name of the network before theirs', () => {
    const named = tensorsOf({
      'bert.embeddings.word_embeddings.weight': words,
      'bert.encoder.layer.0.x.bias': { shape: [2], numbers: [7, 8] },
    });
    expect([...bertWeights(named).numbers('encoder.layer.0.x.bias', 2)]).toEqual([7, 8]);
  });

  it('are changed by what was learned for a matrix', () => {
    const learned = tensorsOf({
      'encoder.layer.0.x.delta_a': { shape: [2, 3], numbers: [1, 0, 2, 0, 1, 0] },
      'encoder.layer.0.x.delta_b': { shape: [2, 2], numbers: [10, 0, 0, 100] },
    });
    const weights = bertWeights(base, learned);
    expect([...weights.numbers('encoder.layer.0.x.weight', 6)]).toEqual([11, 2, 23, 4, 105, 6]);
    expect([...weights.numbers('encoder.layer.0.x.bias', 2)]).toEqual([7, 8]);
  });

  it('give way to what was learned instead', () => {
    const learned = tensorsOf({
      'encoder.layer.0.x.bias': { shape: [2], numbers: [70, 80] },
      'head.out.bias': { shape: [1], numbers: [9] },
    });
    const weights = bertWeights(base, learned);
    expect([...weights.numbers('encoder.layer.0.x.bias', 2)]).toEqual([70, 80]);
    expect([...weights.numbers('head.out.bias', 1)]).toEqual([9]);
  });

  it.each<[string, Record<string, WrittenTensor>, string]>([
    ['are of another size', { 'embeddings.word_embeddings.weight': filled([3, 768], 0) }, '768'],
    ['are none', { other: filled([1], 0) }, 'embeddings.word_embeddings.weight are missing'],
    ['have no layers', { 'embeddings.word_embeddings.weight': words }, 'no layers'],
  ])('are refused when they %s', (_what, tensors, message) => {
    expect(() => bertWeights(tensorsOf(tensors))).toThrow(message);
  });

  it('are refused when one of them is missing, or has another size than it should', () => {
    const weights = bertWeights(base);
    expect(() => weights.numbers('encoder.layer.0.y.bias', 2)).toThrow('y.bias are missing');
    expect(() => weights.numbers('encoder.layer.0.x.bias', 3)).toThrow('2 numbers, not 3');
  });

  it('are refused with what was learned for another model', () => {
    const other = tensorsOf({ 'encoder.layer.7.x.delta_a': filled([1, 3], 0) });
    expect(() => bertWeights(base, other)).toThrow('encoder.layer.7.x.weight are missing');
    const larger = tensorsOf({
      'encoder.layer.0.x.delta_a': filled([1, 4], 0),
      'encoder.layer.0.x.delta_b': filled([2, 1], 0),
    });
    const weights = bertWeights(base, larger);
    expect(() => weights.numbers('encoder.layer.0.x.weight', 6)).toThrow('does not fit');
  });
});
