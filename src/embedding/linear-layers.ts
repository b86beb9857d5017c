import type { BertWeights } from './bert-weights.ts';
import type { GraphBuilder } from './graph-builder.ts';
import type { OnnxValue } from './onnx-protobuf.ts';
import { type QuantisedPlace, quantiseColumns, quantisedPlace, type Spread } from './quantise.ts';

/** How far each channel reaches (its largest absolute value) at each place that linear layers read from. */
export type Reach = ReadonlyMap<string, Float32Array>;

/**
 * How numbers are kept: as they are, or as 8-bit ones in all linear layers, for which it has to be known how far they
 * reach. A `measuring` model is an exact one that tells.
 */
export type Arithmetic =
  | { readonly kind: 'exact' }
  | { readonly kind: 'measuring' }
  | { readonly kind: 'int8'; readonly reach: Reach };

export type LinearLayers = {
  /**
   * What several layers read is prepared once.
   *
   * @param place names what is read, for `Reach`
   */
  read(place: string, source: string, spread: Spread): LinearInput;
  /** Adds `input` × weights + bias and returns the output's name. */
  apply(layer: string, input: LinearInput, size: LinearSize): string;
  /** Outputs of a measuring model, named as the places are. */
  readonly measured: readonly OnnxValue[];
};

type LinearInput = { readonly name: string; readonly quantised: QuantisedPlace | null };
type LinearSize = { readonly from: number; readonly to: number };

export function linearLayers(
  graph: GraphBuilder,
  weights: BertWeights,
  arithmetic: Arithmetic,
): LinearLayers {
  const measured: OnnxValue[] = [];

  function measure(place: string, source: string) {
    const size = graph.node('Abs', [source]);
    graph.rename(graph.node('ReduceMax', [size], { axes: [0, 1], keepdims: 0 }), place);
    measured.push({ name: place, type: 'FLOAT', dims: ['channels'] });
  }

  function quantise(source: string, reach: Float32Array, spread: Spread): LinearInput {
    const quantised = quantisedPlace(reach, spread);
    const factors = quantised.divisors.map((divisor) => 1 / divisor);
    const divided = graph.node('Mul', [source, graph.floats(factors)]);
    const name = graph.node('QuantizeLinear', [divided, ...scaleAndZero(quantised)]);
    return { name, quantised };
  }

  function scaleAndZero({ scale, zero }: QuantisedPlace): [string, string] {
    return [
      graph.floats(Float32Array.of(scale), []),
      graph.constant('UINT8', [], Uint8Array.of(zero)),
    ];
  }

  return {
    measured,
    read(place, source, spread) {
      if (arithmetic.kind === 'int8') {
        const reach = arithmetic.reach.get(place);
        if (reach === undefined) throw new Error(`How far ${place} reaches was not measured.`);
        return quantise(source, reach, spread);
      }
      if (arithmetic.kind === 'measuring') measure(place, source);
      return { name: source, quantised: null };
    },
    apply(layer, { name, quantised }, { from, to }) {
      const matrix = transposed(weights.numbers(`${layer}.weight`, from * to), from);
      const bias = graph.floats(weights.numbers(`${layer}.bias`, to));
      if (quantised === null) {
        return graph.node('Add', [
          graph.node('MatMul', [name, graph.floats(matrix, [from, to])]),
          bias,
        ]);
      }
      multiplyRows(matrix, quantised.divisors);
      const whole = quantiseColumns(matrix, to);
      const [scale, zero] = scaleAndZero(quantised);
      return graph.ownNode('MatMulIntegerToFloat', [
        name,
        graph.constant('INT8', [from, to], new Uint8Array(whole.values.buffer)),
        scale,
        graph.floats(whole.scales),
        zero,
        '',
        bias,
      ]);
    },
  };
}

/** [rows, columns] as [columns, rows]: files have a row for each output, MatMul wants a column. */
function transposed(matrix: Float32Array, columns: number): Float32Array {
  const rows = matrix.length / columns;
  const turned = new Float32Array(matrix.length);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      turned[column * rows + row] = matrix[row * columns + column] ?? 0;
    }
  }
  return turned;
}

/** Undoes that the numbers that meet a row were divided. */
function multiplyRows(matrix: Float32Array, factors: Float32Array) {
  const columns = matrix.length / factors.length;
  for (const [row, factor] of factors.entries()) {
    if (factor === 1) continue;
    const numbers = matrix.subarray(row * columns, (row + 1) * columns);
    numbers.set(numbers.map((number) => number * factor));
  }
}
