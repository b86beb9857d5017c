import type { ElementType, OnnxAttribute, OnnxNode, OnnxTensor } from './onnx-protobuf.ts';

/** Collects the steps of an ONNX graph, in the order in which they are run. What a step gives is known by a name. */
export type GraphBuilder = {
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxTensor[];
  /** Adds a step and returns the name of its output. */
  node(op: string, inputs: readonly string[], attributes?: Attributes): string;
  /** As `node`, for an operator that is ONNX Runtime's own. */
  ownNode(op: string, inputs: readonly string[], attributes?: Attributes): string;
  floats(numbers: Float32Array, dims?: readonly number[]): string;
  constant(type: ElementType, dims: readonly number[], bytes: Uint8Array): string;
  /** Gives what is called `from` a name of its own, as outputs of the graph need it. */
  rename(from: string, name: string): void;
};

type Attributes = Readonly<Record<string, OnnxAttribute>>;

export function graphBuilder(): GraphBuilder {
  const nodes: OnnxNode[] = [];
  const constants: OnnxTensor[] = [];

  function add(domain: OnnxNode['domain'], op: string, inputs: readonly string[], attributes = {}) {
    const output = `${op}_${nodes.length}`;
    nodes.push({ op, domain, inputs, outputs: [output], attributes });
    return output;
  }

  function constant(type: ElementType, dims: readonly number[], bytes: Uint8Array) {
    const name = `constant_${constants.length}`;
    constants.push({ name, type, dims, bytes });
    return name;
  }

  return {
    nodes,
    constants,
    node: (op, inputs, attributes) => add('', op, inputs, attributes),
    ownNode: (op, inputs, attributes) => add('com.microsoft', op, inputs, attributes),
    floats: (numbers, dims = [numbers.length]) => constant('FLOAT', dims, bytesOf(numbers)),
    constant,
    rename(from, name) {
      nodes.push({ op: 'Identity', domain: '', inputs: [from], outputs: [name], attributes: {} });
    },
  };
}

/** ONNX is little-endian, as is every processor that ONNX Runtime is made for. */
function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
