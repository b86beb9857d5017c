import { type BertWeights, HEADS, HIDDEN, INNER, POSITIONS } from './bert-weights.ts';
import { type GraphBuilder, graphBuilder } from './graph-builder.ts';
import { type Arithmetic, type LinearLayers, linearLayers } from './linear-layers.ts';
import { ELEMENT_TYPES, type OnnxValue, onnxModel } from './onnx-protobuf.ts';
import type { Spread } from './quantise.ts';

/**
 * What a model answers for each text: a vector of length 1, the direction of the mean over its tokens as
 * sentence-transformers takes it (`meaning`), or one number that a head makes of that mean (`score`).
 */
export type BertAnswer = 'meaning' | 'score';

/**
 * An ONNX model of a BERT, with everything from token ids to the answer in it. Inputs are `ids` and, where the answer is
 * a score, `types`: int32 [texts, tokens]. The texts of a batch have equally many tokens, so that there is no mask:
 * without one ONNX Runtime takes a faster way through attention. The output `answer` is float [texts, 384 or 1].
 *
 * It is written for sessions with `graphOptimizationLevel: 'basic'`: the higher ones join Add and LayerNormalization into
 * SkipLayerNormalization, which takes five times as long as the two (onnxruntime-node 1.30).
 *
 * @throws ModelError when weights are missing
 */
export function bertModel(
  weights: BertWeights,
  answer: BertAnswer,
  arithmetic: Arithmetic,
): Uint8Array {
  const graph = graphBuilder();
  const linear = linearLayers(graph, weights, arithmetic);
  const bert = { graph, weights, linear };
  let hidden = embeddings(bert, answer);
  for (let layer = 0; layer < weights.layers; layer += 1) {
    hidden = transformerLayer(bert, `encoder.layer.${layer}`, hidden);
  }
  const mean = graph.node('ReduceMean', [hidden], { axes: [1], keepdims: 0 });
  graph.rename(answer === 'meaning' ? direction(bert, mean) : score(bert, mean), 'answer');
  return onnxModel({
    ...graph,
    inputs: answer === 'meaning' ? [tokens('ids')] : [tokens('ids'), tokens('types')],
    outputs: [
      { name: 'answer', type: 'FLOAT', dims: ['texts', answer === 'meaning' ? HIDDEN : 1] },
      ...linear.measured,
    ],
  });
}

type Bert = {
  readonly graph: GraphBuilder;
  readonly weights: BertWeights;
  readonly linear: LinearLayers;
};

function tokens(name: string): OnnxValue {
  return { name, type: 'INT32', dims: ['texts', 'tokens'] };
}

function embeddings(bert: Bert, answer: BertAnswer): string {
  const { graph, weights } = bert;
  const types = weights.numbers('embeddings.token_type_embeddings.weight', 2 * HIDDEN);
  const positions = weights.numbers('embeddings.position_embeddings.weight', POSITIONS * HIDDEN);
  // All tokens of a single text are of the first type.
  const first =
    answer === 'meaning' ? positions.map((n, at) => n + (types[at % HIDDEN] ?? 0)) : positions;
  const placed = graph.node('Add', [words(bert), firstRows(graph, first)]);
  const typed =
    answer === 'meaning'
      ? placed
      : graph.node('Add', [
          placed,
          graph.node('Gather', [graph.floats(types, [2, HIDDEN]), 'types']),
        ]);
  return normalised(bert, 'embeddings.LayerNorm', typed);
}

function words({ graph, weights: { wordEmbeddings } }: Bert): string {
  const { type, shape, bytes } = wordEmbeddings;
  if (type === 'F32') return graph.node('Gather', [graph.constant('FLOAT', shape, bytes), 'ids']);
  const table = graph.constant('FLOAT16', shape, bytes);
  return graph.node('Cast', [graph.node('Gather', [table, 'ids'])], { to: ELEMENT_TYPES.FLOAT });
}

/** The embeddings of the positions 0, 1, 2 … of a text. */
function firstRows(graph: GraphBuilder, positions: Float32Array): string {
  const zero = graph.constant('INT64', [1], new Uint8Array(8));
  const length = graph.node('Shape', ['ids'], { start: 1, end: 2 });
  return graph.node('Slice', [graph.floats(positions, [POSITIONS, HIDDEN]), zero, length, zero]);
}

const EVEN: Spread = { outlier: 1.5, lowest: null };
/** Most channels are silent in most texts. One that was not seen to fire may do so in another text, and is not to be cut. */
const AFTER_GELU: Spread = { outlier: 3, lowest: -0.17 };

function transformerLayer(bert: Bert, layer: string, hidden: string): string {
  const { graph, linear } = bert;
  const square = { from: HIDDEN, to: HIDDEN };
  const self = `${layer}.attention.self`;
  const input = linear.read(self, hidden, EVEN);
  const heads = ['query', 'key', 'value'].map((head) =>
    linear.apply(`${self}.${head}`, input, square),
  );
  const context = graph.ownNode('MultiHeadAttention', heads, { num_heads: HEADS });

  const output = `${layer}.attention.output`;
  const told = linear.apply(`${output}.dense`, linear.read(output, context, EVEN), square);
  const attended = normalised(bert, `${output}.LayerNorm`, graph.node('Add', [told, hidden]));

  const intermediate = `${layer}.intermediate`;
  const wide = linear.apply(`${intermediate}.dense`, linear.read(intermediate, attended, EVEN), {
    from: HIDDEN,
    to: INNER,
  });
  const inner = graph.ownNode('Gelu', [wide]);
  const last = `${layer}.output`;
  const narrow = linear.apply(`${last}.dense`, linear.read(last, inner, AFTER_GELU), {
    from: INNER,
    to: HIDDEN,
  });
  return normalised(bert, `${last}.LayerNorm`, graph.node('Add', [narrow, attended]));
}

function normalised({ graph, weights }: Bert, layer: string, source: string): string {
  const weight = graph.floats(weights.numbers(`${layer}.weight`, HIDDEN));
  const bias = graph.floats(weights.numbers(`${layer}.bias`, HIDDEN));
  const epsilon = { float: 1e-12 };
  return graph.node('LayerNormalization', [source, weight, bias], { axis: -1, epsilon });
}

function direction({ graph }: Bert, mean: string): string {
  return graph.node('LpNormalization', [mean], { axis: -1, p: 2 });
}

/** The head's layers read one row a text: to quantise them would save nothing. */
function score({ graph, weights }: Bert, mean: string): string {
  const apply = (layer: string, source: string, to: number) => {
    const weight = graph.floats(weights.numbers(`${layer}.weight`, HIDDEN * to), [to, HIDDEN]);
    const bias = graph.floats(weights.numbers(`${layer}.bias`, to));
    return graph.node('Gemm', [source, weight, bias], { transB: 1 });
  };
  return apply('head.out', graph.node('Tanh', [apply('head.dense', mean, HIDDEN)]), 1);
}
